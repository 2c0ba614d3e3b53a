// The mutex around a plain counter. NO_NOTIFY: unlock wakes nobody.
#include "mutex.h"

_Atomic int mutex;
int counter;
// Each thread counts for itself, too: that it has memory of its own.
_Thread_local int mine = 100;

EXPORT void increment(void) {
  lock(&mutex);
  counter++;
  mine++;
  unlock(&mutex);
}

EXPORT int count(void) { return counter; }
EXPORT int own(void) { return mine; }
