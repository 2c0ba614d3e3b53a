// What a thread leaves to the event loop fails in the schedule that it was left in, with its reason; only where the other
// thread came first, so that most schedules are right. ?kind= says what is left; `handled` ones are none.
const kind = new URL(import.meta.url).searchParams.get('kind') ?? 'rejection';
export const threads = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(8)) });

function fails() {
  throw new Error('came second');
}

const kinds = {
  rejection: () => void Promise.reject(new Error('came second')),
  reaction: () => void Promise.resolve().then(fails),
  microtask: () => queueMicrotask(fails),
  tick: () => process.nextTick(fails),
  timer: () => void setTimeout(fails, 5),
  immediate: () => void setImmediate(fails),
  'handled-at-once': () => void Promise.reject(new Error('heard')).catch(() => {}),
  'handled-later': () => {
    const promise = Promise.reject(new Error('heard'));
    queueMicrotask(() => promise.catch(() => {}));
  },
  'handled-in-a-timer': () => {
    const promise = Promise.reject(new Error('heard'));
    setTimeout(() => promise.catch(() => {}), 5);
  },
};

/** An asynchronous thread whose work is rejected unheard, so that both threads wait for ever for what it was to do. */
async function awaited(w, index) {
  if (Atomics.add(w, 0, 1) === 1 && index === 0) Promise.reject(new Error('came second'));
  else Atomics.store(w, 1, 1);
  if (index === 1) return;
  await null;
  const { async, value } = Atomics.waitAsync(w, 1, 0);
  if (async) await value;
}

export function thread({ w }, index) {
  if (kind === 'awaited') return awaited(w, index);
  const before = Atomics.add(w, 0, 1);
  if (index === 0 && before === 1) kinds[kind]();
  Atomics.load(w, 1);
}
