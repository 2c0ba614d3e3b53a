// A small program given in the query: threads as lists of operations on a few shared words, each compiled to
// a line of its own (the explorer tells loops from straight code by the place of a call). What a thread reads
// it keeps in plain words. `bad` lists what must not be: [word, value] pairs, words from 16 on being reads.
const program = JSON.parse(new URL(import.meta.url).searchParams.get('p'));
const READS = 16;
const READS_PER_THREAD = 8;

const lines = {
  load: ([, at], keep) => `${keep(`Atomics.load(w, ${at})`)}`,
  store: ([, at, value]) => `Atomics.store(w, ${at}, ${value});`,
  add: ([, at, value], keep) => `${keep(`Atomics.add(w, ${at}, ${value})`)}`,
  cas: ([, at, from, to], keep) => `${keep(`Atomics.compareExchange(w, ${at}, ${from}, ${to})`)}`,
  /** Stores one more than what the thread has read last. */
  bump: ([, at]) => `Atomics.store(w, ${at}, last + 1);`,
  wait: ([, at, value]) => `Atomics.wait(w, ${at}, ${value});`,
  notify: ([, at]) => `Atomics.notify(w, ${at});`,
  spin: ([, at, value]) => `while (Atomics.load(w, ${at}) !== ${value});`,
};

const threads_ = program.threads.map((operations, thread) => {
  let reads = READS + thread * READS_PER_THREAD;
  const keep = (expression) => `w[${reads++}] = last = ${expression};`;
  return new Function('w', `let last = 0;\n${operations.map((one) => lines[one[0]](one, keep)).join('\n')}`);
});

export const threads = program.threads.length;
export function setup({ threads }) {
  if (threads !== program.threads.length) throw new Error('this program has another number of threads');
  return { words: new Int32Array(new SharedArrayBuffer(4 * 64)) };
}
export function thread({ words }, index) {
  threads_[index](words);
}
export function check({ words }) {
  if (program.bad?.every(([at, value]) => words[at] === value)) throw new Error('the bad outcome');
}
