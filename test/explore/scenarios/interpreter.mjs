// Runs programs that the test writes into shared memory, one after the other, in the same workers. Two words of
// memory are operated on in every width; what each operation returned stays in `results`. At the end of every
// schedule check() adds its outcome to `outcomes`; with `?invariant` every state between is added to `states`.
export const threads = 3;
export function setup({ threads }) {
  return {
    memory: new SharedArrayBuffer(8),
    results: new Int32Array(new SharedArrayBuffer(4 * 16 * threads)),
    code: new Int32Array(new SharedArrayBuffer(4 * 6 * 16 * threads)),
    states: new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * 65536))),
    outcomes: new Int32Array(new SharedArrayBuffer(4 * 64 * 4096)),
  };
}
export const restore = ({ memory, results }) => [{ buffer: memory }, { buffer: results }];

export function attach({ memory }) {
  return [
    new Int32Array(memory),
    new Int8Array(memory),
    new Uint8Array(memory),
    new Uint16Array(memory),
    new BigInt64Array(memory),
  ];
}

const SAID = { ok: 1, 'timed-out': 2, 'not-equal': 3 };
const run = [
  undefined,
  (view, at) => Atomics.load(view, at),
  (view, at, a) => Atomics.store(view, at, a),
  (view, at, a) => Atomics.add(view, at, a),
  (view, at, a) => Atomics.sub(view, at, a),
  (view, at, a) => Atomics.and(view, at, a),
  (view, at, a) => Atomics.or(view, at, a),
  (view, at, a) => Atomics.xor(view, at, a),
  (view, at, a) => Atomics.exchange(view, at, a),
  (view, at, a, b) => Atomics.compareExchange(view, at, a, b),
  (view, at, a) => SAID[Atomics.wait(view, at, a, 1000)],
  (view, at, a) => Atomics.notify(view, at, a),
];

export function thread({ code, results }, index, views) {
  for (let i = 0; i < 16; i++) {
    const at = (index * 16 + i) * 6;
    const kind = code[at];
    if (kind === 0) return;
    const view = views[code[at + 1]];
    // A count is a number everywhere.
    const wide = code[at + 1] === 4 && kind !== 11;
    const a = wide ? BigInt(code[at + 3]) * 0x1_0000_0001n : code[at + 3];
    const b = wide ? BigInt(code[at + 4]) * 0x1_0000_0001n : code[at + 4];
    results[index * 16 + i] = Number(BigInt.asIntN(32, BigInt(run[kind](view, code[at + 2], a, b))));
  }
}

function keepState({ memory, states }) {
  const at = 1 + states[0]++ * 2;
  if (at + 2 > states.length) throw new Error('more states than there is room for');
  states.set(new Int32Array(memory), at);
}
export const invariant = new URL(import.meta.url).searchParams.has('invariant') ? keepState : undefined;

export function check({ memory, results, outcomes }) {
  const words = [...new Int32Array(memory), ...results];
  const at = 1 + outcomes[0]++ * 64;
  if (at + words.length > outcomes.length) throw new Error('more outcomes than there is room for');
  outcomes.set(words, at);
}
