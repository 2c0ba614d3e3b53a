// Two threads ask a third, which ends when both have: its ports close with theirs.
export const threads = 3;
export const setup = () => ({ sums: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ sums }, index, _attached, { ports }) {
  if (index === 0) {
    for (const other of [1, 2]) {
      ports[other].on('message', (asked) => {
        Atomics.add(sums, 0, asked);
        ports[other].postMessage('ok');
      });
    }
    return;
  }
  ports[0].postMessage(index);
  ports[0].once('message', () => Atomics.add(sums, 1, 1));
}
export function check({ sums }) {
  if (sums[0] !== 3 || sums[1] !== 2) throw new Error(`${sums}`);
}
