// A spin lock around a counter, at fixed addresses. SPLIT: taken by a load and a store.
@external("planted", "SPLIT")
declare const SPLIT: i32;

const LOCK: usize = 1024;
const COUNTER: usize = 1028;

export function increment(): void {
  if (SPLIT != 0) {
    while (atomic.load<i32>(LOCK) != 0) {}
    atomic.store<i32>(LOCK, 1);
  } else {
    while (atomic.cmpxchg<i32>(LOCK, 0, 1) != 0) {}
  }
  const now = atomic.load<i32>(COUNTER);
  atomic.store<i32>(COUNTER, now + 1);
  atomic.store<i32>(LOCK, 0);
}

export function count(): i32 {
  return atomic.load<i32>(COUNTER);
}
