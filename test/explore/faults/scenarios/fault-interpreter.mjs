// Runs programs that the test writes into shared memory, one after the other, in the same workers: two words, what each
// operation returned in `results`. At the end of every schedule check() adds its outcome to `outcomes`: memory, results, who
// was killed and who was stopped.
const RESULTS = 8;
const RECORD = 64;

export const threads = 3;
export const setup = ({ threads }) => ({
  memory: new Int32Array(new SharedArrayBuffer(8)),
  results: new Int32Array(new SharedArrayBuffer(4 * RESULTS * threads)),
  code: new Int32Array(new SharedArrayBuffer(4 * 4 * RESULTS * threads)),
  outcomes: new Int32Array(new SharedArrayBuffer(4 * RECORD * 16384)),
});
export const restore = ({ memory, results }) => [{ buffer: memory }, { buffer: results }];

const SAID = { ok: 1, 'timed-out': 2, 'not-equal': 3 };
const run = [
  undefined,
  (memory, at) => Atomics.load(memory, at),
  (memory, at, a) => Atomics.store(memory, at, a),
  (memory, at, a, b) => Atomics.compareExchange(memory, at, a, b),
  (memory, at, a) => SAID[Atomics.wait(memory, at, a, 1000)],
  (memory, at, a) => Atomics.notify(memory, at, a),
  (_memory, _at, a, _b, tools) => (tools.died(a) ? 1 : 0),
  (_memory, _at, _a, _b, tools) => (tools.mayFail() ? 1 : 0),
];

export function thread({ code, results, memory }, index, _attached, tools) {
  for (let i = 0; i < RESULTS; i++) {
    const at = (index * RESULTS + i) * 4;
    const kind = code[at];
    if (kind === 0) return;
    results[index * RESULTS + i] = run[kind](memory, code[at + 1], code[at + 2], code[at + 3], tools);
  }
}

const setOf = (threads) => threads.reduce((set, thread) => set | (1 << thread), 0);

export function check({ memory, results, outcomes }, _attached, { killed, stopped }) {
  const words = [...memory, ...results, setOf(killed), setOf(stopped)];
  const at = 1 + outcomes[0]++ * RECORD;
  if (at + words.length > outcomes.length) throw new Error('more outcomes than there is room for');
  outcomes.set(words, at);
}
