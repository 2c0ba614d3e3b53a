// Data races and what orders them. Of each kind thread 0 runs KIND_0 and thread 1 KIND_1. Lines that race say so; a kind without
// such lines has no race. (Lines outside of kinds race where a kind of that sort calls them.)
#include "mutex.h"
#include <wasm_simd128.h>

_Atomic int mutex;
_Atomic int turn;
_Atomic long long wide;
int data[16];
int ready;
int out[16];

static inline void acquire(void) { lock(&mutex); }
static inline void release(void) { unlock(&mutex); }

// A counter without a lock, and with one.
EXPORT void unlocked_0(void) {
  data[0]++;  // races
}
EXPORT void unlocked_1(void) {
  data[0]++;  // races
}
EXPORT void locked_0(void) {
  acquire();
  data[0]++;
  release();
}
EXPORT void locked_1(void) { locked_0(); }

// It is read once more when the lock was given back.
EXPORT void late_0(void) {
  acquire();
  data[0]++;  // races
  release();
}
EXPORT void late_1(void) {
  late_0();
  out[1] = data[0];  // races
}

// A ring of one producer: the index comes before the value, or after it.
EXPORT void early_0(void) {
  atomic_store(&turn, 1);
  data[0] = 7;  // races
}
EXPORT void early_1(void) {
  if (atomic_load(&turn) == 1) out[0] = data[0];  // races
}
EXPORT void published_0(void) {
  data[0] = 7;
  atomic_store(&turn, 1);
}
EXPORT void published_1(void) {
  if (atomic_load(&turn) == 1) out[0] = data[0];
}

// Double-checked initialisation: by a plain flag, and by an atomic one.
static int once(void) {
  if (!ready) {  // races
    acquire();
    if (!ready) {
      data[0] = 42;  // races
      ready = 1;  // races
    }
    release();
  }
  return data[0];  // races
}
EXPORT void once_0(void) {
  out[0] = once();  // races within
}
EXPORT void once_1(void) {
  out[1] = once();  // races within
}
static int checked(void) {
  if (!atomic_load(&turn)) {
    acquire();
    if (!atomic_load(&turn)) {
      data[0] = 42;
      atomic_store(&turn, 1);
    }
    release();
  }
  return data[0];
}
EXPORT void checked_0(void) { out[0] = checked(); }
EXPORT void checked_1(void) { out[1] = checked(); }

// A seqlock with a plain payload: it looks twice, and is a race all the same.
EXPORT void seqlock_0(void) {
  atomic_fetch_add(&turn, 1);
  data[0] = 1;  // races
  data[1] = 1;  // races
  atomic_fetch_add(&turn, 1);
}
EXPORT void seqlock_1(void) {
  int before = atomic_load(&turn);
  int a = *(volatile int *)&data[0];  // races
  int b = *(volatile int *)&data[1];  // races
  if (before % 2 == 0 && atomic_load(&turn) == before) out[0] = a == b;
}
_Atomic int payload[2];
EXPORT void words_0(void) {
  atomic_fetch_add(&turn, 1);
  atomic_store(&payload[0], 1);
  atomic_store(&payload[1], 1);
  atomic_fetch_add(&turn, 1);
}
EXPORT void words_1(void) {
  int before = atomic_load(&turn);
  int a = atomic_load(&payload[0]);
  int b = atomic_load(&payload[1]);
  if (before % 2 == 0 && atomic_load(&turn) == before) out[0] = a == b;
}

// memory.copy, which reads one part and writes another, and memory.fill.
char from[300];
char to[300];
static inline void sized(void *target, const void *source, int bytes) {
  __asm__ volatile("" : "+r"(bytes));
  __builtin_memcpy(target, source, bytes);  // races
}
EXPORT void copyto_0(void) {
  sized(to, from, 300);  // races
}
EXPORT void copyto_1(void) {
  to[299] = 1;  // races
}
EXPORT void copyfrom_0(void) {
  sized(to, from, 300);  // races
}
EXPORT void copyfrom_1(void) {
  from[299] = 1;  // races
}
EXPORT void fill_0(void) {
  int bytes = 300;
  __asm__ volatile("" : "+r"(bytes));
  __builtin_memset(to, 1, bytes);  // races
}
EXPORT void fill_1(void) {
  out[0] = to[150];  // races
}
EXPORT void halves_0(void) { sized(to, from, 150); }
EXPORT void halves_1(void) {
  to[150] = 1;
  out[0] = from[149];
}
EXPORT void handed_0(void) {
  sized(to, from, 300);
  atomic_store(&turn, 1);
}
EXPORT void handed_1(void) {
  if (atomic_load(&turn)) to[299] = 1;
}

// Vectors: of all lanes, and of one.
EXPORT void vector_0(void) {
  wasm_v128_store(data, wasm_i32x4_splat(3));  // races
}
EXPORT void vector_1(void) {
  out[0] = data[3];  // races
}
EXPORT void lane_0(void) {
  v128_t all = wasm_v128_load(data + 8);
  wasm_v128_store32_lane(data, all, 1);  // races
}
EXPORT void lane_1(void) {
  v128_t all = wasm_v128_load(data);  // races
  wasm_v128_store(out, all);
}
EXPORT void lanes_0(void) {
  v128_t all = wasm_v128_load(data + 8);
  wasm_v128_store32_lane(data, all, 1);
}
EXPORT void lanes_1(void) {
  data[1] = 5;
  wasm_v128_store(data + 4, wasm_v128_load(data + 12));
}

// 64 bits, which may be torn: one plain store against a half, and atomics of two sizes.
EXPORT void torn_0(void) {
  *(long long *)data = 0x100000002;  // races
}
EXPORT void torn_1(void) {
  long long both = *(long long *)data;  // races
  out[0] = (int)(both >> 32);
}
EXPORT void half_0(void) {
  *(long long *)data = 0x100000002;  // races
}
EXPORT void half_1(void) {
  data[1] = 3;  // races
}
EXPORT void sizes_0(void) {
  atomic_store(&wide, 0x100000002);  // races
}
EXPORT void sizes_1(void) {
  out[0] = atomic_load((_Atomic int *)&wide);  // races
}
EXPORT void pair_0(void) { atomic_store(&wide, 0x100000002); }
EXPORT void pair_1(void) {
  long long both = atomic_load(&wide);
  out[0] = (int)(both >> 32);
}

// Bytes of one word, each with one owner; and not.
EXPORT void bytes_0(void) {
  to[0] = 1;
  to[1] = 1;
}
EXPORT void bytes_1(void) {
  to[2] = 1;
  *(short *)(from + 2) = 1;
}
EXPORT void overlap_0(void) {
  *(short *)(to + 2) = 1;  // races
}
EXPORT void overlap_1(void) {
  to[3] = 1;  // races
}

// An atomic access against a plain one.
EXPORT void mixed_0(void) {
  atomic_store(&turn, 1);  // races
}
EXPORT void mixed_1(void) {
  out[0] = *(volatile int *)&turn;  // races
}

// Sleeping and waking order, too.
EXPORT void woken_0(void) {
  data[0] = 1;
  atomic_store(&turn, 1);
  wake(&turn, 1);
}
EXPORT void woken_1(void) {
  while (atomic_load(&turn) == 0) sleep_on(&turn, 0, FOREVER);
  out[0] = data[0];
}

// For JavaScript that does the other side: ../mixed.mjs.
EXPORT void write(void) {
  data[0] = 7;  // races
}
EXPORT int read(void) {
  return data[0];  // races
}
EXPORT void publish(void) { atomic_store(&turn, 1); }
EXPORT int published(void) { return atomic_load(&turn); }
