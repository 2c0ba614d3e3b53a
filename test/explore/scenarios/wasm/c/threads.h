// What the programs here share: atomics, and the two instructions that sleep and wake.
#include <stdatomic.h>

#define EXPORT __attribute__((visibility("default")))
#define FOREVER (-1LL)

/** Sleeps while `*word` is `expected`: 0 if it was woken, 1 if the word was another, 2 if it timed out. */
static inline int sleep_on(_Atomic int *word, int expected, long long timeout_ns) {
  return __builtin_wasm_memory_atomic_wait32((int *)word, expected, timeout_ns);
}

static inline void wake(_Atomic int *word, unsigned count) {
  __builtin_wasm_memory_atomic_notify((int *)word, count);
}
