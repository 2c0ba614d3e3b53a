// A mutex on one word: 0 free, 1 taken, 2 taken and others sleep (Drepper, "Futexes are tricky", mutex2).
#include "threads.h"

static inline void lock(_Atomic int *mutex) {
  int seen = 0;
  if (atomic_compare_exchange_strong(mutex, &seen, 1)) return;
  if (seen != 2) seen = atomic_exchange(mutex, 2);
  while (seen != 0) {
    sleep_on(mutex, 2, FOREVER);
    seen = atomic_exchange(mutex, 2);
  }
}

static inline void unlock(_Atomic int *mutex) {
  if (atomic_fetch_sub(mutex, 1) == 1) return;
  atomic_store(mutex, 0);
#ifndef NO_NOTIFY
  wake(mutex, 1);
#endif
}
