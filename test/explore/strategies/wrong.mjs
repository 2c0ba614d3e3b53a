// A strategy that is wrong in the way that the query names.
import { isMainThread } from 'node:worker_threads';

const fault = new URL(import.meta.url).search.slice(1);
const is = (...faults) => faults.includes(fault);

function endlessly() {
  for (;;);
}

function fails(what) {
  throw new RangeError(`no luck in ${what}`);
}

const answers = {
  'cannot-run': () => 5,
  'no-number': () => '0',
  'no-answer': () => undefined,
  'half-a-thread': () => 0.5,
  promise: async () => 0,
  'abandons-at-once': () => -1,
};

if (is('throws-in-a-worker') && !isMainThread) fails('a worker');

export const strategy = {
  name: 'wrong',
  create(context) {
    const { state } = context;
    if (is('throws-in-create')) fails('create');
    if (is('endless-create')) endlessly();
    if (is('makes-nothing')) return;
    return {
      begin() {
        if (is('throws-in-begin')) fails('begin');
        if (is('endless-begin')) endlessly();
      },
      pick(candidates) {
        if (is('throws-in-pick')) fails('pick');
        if (is('asks-for-no-thread')) context.pending(7);
        if (is('endless-pick')) endlessly();
        if (is('sleeps')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        if (is('exits')) process.exit(3);
        if (is('writes-beyond-its-words')) state.set([1], 1);
        if (is('abandons')) return context.step < 2 ? 0 : -1;
        return fault in answers ? answers[fault]() : 31 - Math.clz32(candidates);
      },
      end() {
        if (is('throws-in-end')) fails('end');
        if (is('endless-end')) endlessly();
        return is('ends-in-words') ? 'yes' : true;
      },
    };
  },
};
