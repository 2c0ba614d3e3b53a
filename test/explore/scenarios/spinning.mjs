// Like interpreter.mjs, but every instruction is compiled to a line of its own, since spin loops are told from
// straight code by the place of a call. Two words; see random_spins.test.ts.
export const threads = 3;
export function setup({ threads }) {
  return {
    words: new Int32Array(new SharedArrayBuffer(8)),
    results: new Int32Array(new SharedArrayBuffer(4 * 8 * threads)),
    code: new Int32Array(new SharedArrayBuffer(4 * (1 + 5 * 8 * threads))),
    outcomes: new Int32Array(new SharedArrayBuffer(4 * 32 * 4096)),
  };
}
export const restore = ({ words, results }) => [{ buffer: words }, { buffer: results }];

const LINES = [
  undefined,
  (at, _a, _b, keep) => `${keep} Atomics.load(w, ${at});`,
  (at, a) => `Atomics.store(w, ${at}, ${a});`,
  (at, a, _b, keep) => `${keep} Atomics.add(w, ${at}, ${a});`,
  (at, a, b, keep) => `${keep} Atomics.compareExchange(w, ${at}, ${a}, ${b});`,
  (at, a) => `while (Atomics.load(w, ${at}) !== ${a});`,
  (at, a, b) => `while (Atomics.compareExchange(w, ${at}, ${a}, ${b}) !== ${a});`,
  (at, a, b) =>
    `while (Atomics.load(w, ${at}) !== ${a} || Atomics.compareExchange(w, ${at}, ${a}, ${b}) !== ${a});`,
  (at, a, b) => `while (Atomics.load(w, ${at}) !== ${a} && Atomics.load(w, ${1 - at}) !== ${b});`,
];

let compiled;
let version = -1;
function compile(code, thread) {
  let source = '';
  for (let i = 0; i < 8; i++) {
    const [kind, at, a, b] = code.subarray(1 + (thread * 8 + i) * 5);
    if (kind === 0) break;
    source += `${LINES[kind](at, a, b, `results[${thread * 8 + i}] =`)}\n`;
  }
  return new Function('w', 'results', source);
}

export function thread({ words, results, code }, index) {
  if (version !== code[0]) {
    version = code[0];
    compiled = compile(code, index);
  }
  compiled(words, results);
}

export function check({ words, results, outcomes }) {
  const at = 1 + outcomes[0]++ * 32;
  if (at + 32 > outcomes.length) throw new Error('more outcomes than there is room for');
  outcomes.set([...words, ...results], at);
}
