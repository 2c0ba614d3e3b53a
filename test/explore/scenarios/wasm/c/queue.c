// A bounded queue for many producers and consumers: each cell has a sequence that says whose turn it is (Vyukov).
// EARLY: the sequence is published before the value. RACY: the position is taken by a load and a store.
#include "threads.h"

#define CELLS 2

struct cell {
  _Atomic unsigned sequence;
  _Atomic int value;
};

struct cell cells[CELLS] = {{0, 0}, {1, 0}};
_Atomic unsigned tail;
_Atomic unsigned head;

static int take(_Atomic unsigned *position, unsigned at) {
#ifdef RACY
  if (atomic_load(position) != at) return 0;
  atomic_store(position, at + 1);
  return 1;
#else
  return atomic_compare_exchange_strong(position, &at, at + 1);
#endif
}

/** 1 if there was room. */
EXPORT int push(int value) {
  for (;;) {
    unsigned at = atomic_load(&tail);
    struct cell *cell = &cells[at % CELLS];
    unsigned sequence = atomic_load(&cell->sequence);
    if (sequence == at) {
      if (!take(&tail, at)) continue;
#ifdef EARLY
      atomic_store(&cell->sequence, at + 1);
      atomic_store(&cell->value, value);
#else
      atomic_store(&cell->value, value);
      atomic_store(&cell->sequence, at + 1);
#endif
      return 1;
    }
    if ((int)(sequence - at) < 0) return 0;
  }
}

/** 0 if it was empty. */
EXPORT int pop(void) {
  for (;;) {
    unsigned at = atomic_load(&head);
    struct cell *cell = &cells[at % CELLS];
    unsigned sequence = atomic_load(&cell->sequence);
    if (sequence == at + 1) {
      if (!take(&head, at)) continue;
      int value = atomic_load(&cell->value);
      atomic_store(&cell->value, 0);
      atomic_store(&cell->sequence, at + CELLS);
      return value;
    }
    if ((int)(sequence - (at + 1)) < 0) return 0;
  }
}
