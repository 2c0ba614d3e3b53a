// One producer, one consumer, a ring of 64-bit values. EARLY: the index is published before the value.
@external("planted", "EARLY")
declare const EARLY: i32;

const HEAD: usize = 1024;
const TAIL: usize = 1028;
const SLOTS: usize = 1032;
const SIZE: u32 = 2;

/** 1 if there was room. */
export function push(value: i64): i32 {
  const tail = atomic.load<u32>(TAIL);
  if (tail - atomic.load<u32>(HEAD) == SIZE) return 0;
  const slot = SLOTS + ((<usize>(tail % SIZE)) << 3);
  if (EARLY != 0) {
    atomic.store<u32>(TAIL, tail + 1);
    atomic.store<i64>(slot, value);
  } else {
    atomic.store<i64>(slot, value);
    atomic.store<u32>(TAIL, tail + 1);
  }
  return 1;
}

/** 0 if it was empty. */
export function pop(): i64 {
  const head = atomic.load<u32>(HEAD);
  if (head == atomic.load<u32>(TAIL)) return 0;
  const value = atomic.xchg<i64>(SLOTS + ((<usize>(head % SIZE)) << 3), 0);
  atomic.store<u32>(HEAD, head + 1);
  return value;
}
