// A condition variable: a sequence that a waiter reads while it holds the mutex. LOST: it is read after the mutex is given
// back, so that a signal in between is lost.
#include "mutex.h"

_Atomic int mutex;
_Atomic int sequence;
int ready;
int seen;

static void await(void) {
#ifdef LOST
  unlock(&mutex);
  int now = atomic_load(&sequence);
#else
  int now = atomic_load(&sequence);
  unlock(&mutex);
#endif
  sleep_on(&sequence, now, FOREVER);
  lock(&mutex);
}

EXPORT void consume(void) {
  lock(&mutex);
  while (!ready) await();
  seen = ready;
  unlock(&mutex);
}

EXPORT void produce(int value) {
  lock(&mutex);
  ready = value;
  atomic_fetch_add(&sequence, 1);
  wake(&sequence, 1);
  unlock(&mutex);
}

EXPORT int got(void) { return seen; }
