// thread-stream: readState() of its worker against updateState() of its main side, both as in 4.2.1 (neither
// is exported; the loads and stores are copied by hand, in their order, which is the point).
const [SEQ, WRITE, READ] = [2, 4, 8];
export const setup = () => ({ state: new Int32Array(new SharedArrayBuffer(64)) });
export function thread({ state }, index) {
  if (index === 0) {
    Atomics.add(state, SEQ, 1);
    Atomics.store(state, READ, 7);
    Atomics.store(state, WRITE, 7);
    Atomics.add(state, SEQ, 1);
    Atomics.notify(state, SEQ);
    return;
  }
  for (;;) {
    const seq = Atomics.load(state, SEQ);
    if ((seq & 1) !== 0) continue;
    const current = Atomics.load(state, READ);
    const end = Atomics.load(state, WRITE);
    if (seq !== Atomics.load(state, SEQ)) continue;
    if (current !== end) throw new Error(`torn: ${current} ${end}`);
    return;
  }
}
