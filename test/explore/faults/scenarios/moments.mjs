// Two threads of twenty steps each: how far each had come that was killed is counted in memory that is not put back.
export const threads = 2;
export const faults = { kill: 1 };
export const setup = () => ({
  word: new Int32Array(new SharedArrayBuffer(4)),
  progress: new Int32Array(new SharedArrayBuffer(8)),
  killedAt: new Int32Array(new SharedArrayBuffer(4 * 64)),
});
export const restore = ({ word, progress }) => [{ buffer: word }, { buffer: progress }];

export function thread({ word, progress }, me) {
  for (let i = 0; i < 20; i++) {
    Atomics.add(word, 0, i + 1);
    progress[me] = i + 1;
  }
}

export function check({ progress, killedAt }, _attached, { killed }) {
  for (const thread of killed) killedAt[progress[thread]]++;
}
