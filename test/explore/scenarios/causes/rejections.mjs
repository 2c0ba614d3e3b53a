// What a thread leaves to the event loop fails in the schedule that it was left in, with its reason; only where this
// one comes between two steps of the other, so that most schedules are right. ?kind= says what is left; `handled` ones are none.
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

/** The work of thread 0 is rejected unheard where it comes second; then it waits for ever for what that was to do. */
async function awaited(w, index) {
  const before = Atomics.add(w, 0, 1);
  if (index === 1) return;
  const work = async () => {
    if (before === 1) fails();
    Atomics.store(w, 1, 1);
    Atomics.notify(w, 1);
  };
  work();
  const { async, value } = Atomics.waitAsync(w, 1, 0);
  if (async) await value;
}

/** The timer of an asynchronous thread fails while the thread goes on. */
async function timed(w, index) {
  if (index === 0 && Atomics.add(w, 0, 1) === 1) setTimeout(fails, 5);
  else Atomics.store(w, 0, 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
}

export function thread({ w }, index) {
  if (kind === 'async-timer') return timed(w, index);
  if (kind === 'awaited') return awaited(w, index);
  const before = Atomics.add(w, 0, 1);
  if (index === 0 && before === 1 && Atomics.load(w, 1) === 0) kinds[kind]();
  Atomics.store(w, 1, 1);
}
