// What each thread must have of its own, linked without a word about it: memory on the stack. TLS: and thread-local storage.
#include "threads.h"

_Atomic int turn;
#ifdef TLS
_Thread_local
#endif
int mine = 100;

// Not inlined, so that the array is in memory while others run.
static __attribute__((noinline)) int filled(volatile int *words, int value) {
  for (int i = 0; i < 8; i++) words[i] = value;
  atomic_fetch_add(&turn, 1);
  for (int i = 0; i < 8; i++) {
    if (words[i] != value) return 0;
  }
  return 1;
}

/** 1 if the thread's own words are as it left them. */
EXPORT int own(int value) {
  volatile int words[8];
#ifdef TLS
  mine += value;
#endif
  return filled(words, value);
}
