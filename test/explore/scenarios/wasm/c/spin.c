// A spin lock around a counter. SPLIT: taken by a load and a store instead of one compare-exchange.
#include "threads.h"

_Atomic int lock;
_Atomic int counter;

static void acquire(void) {
#ifdef SPLIT
  while (atomic_load(&lock) != 0) {
  }
  atomic_store(&lock, 1);
#else
  int expected = 0;
  while (!atomic_compare_exchange_strong(&lock, &expected, 1)) expected = 0;
#endif
}

static void release(void) { atomic_store(&lock, 0); }

EXPORT void increment(void) {
  acquire();
  int now = atomic_load(&counter);
  atomic_store(&counter, now + 1);
  release();
}

EXPORT int count(void) { return atomic_load(&counter); }
