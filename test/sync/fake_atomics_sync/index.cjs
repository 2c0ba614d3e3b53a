// Two words, state and owner; the owner is named after the state is taken and cleared before it is released.
function check(threadId) {
  if (!Number.isInteger(threadId) || threadId === 0) throw new Error('thread id');
}

const SpinLock = {
  init: () => new Int32Array(new SharedArrayBuffer(8)),

  lock(lock, threadId) {
    while (!SpinLock.tryLock(lock, threadId));
  },

  tryLock(lock, threadId) {
    check(threadId);
    if (Atomics.load(lock, 1) === threadId) throw new Error('thread already owns this lock');
    if (Atomics.compareExchange(lock, 0, 0, 1) !== 0) return false;
    Atomics.store(lock, 1, threadId);
    return true;
  },

  unlock(lock, threadId) {
    check(threadId);
    if (Atomics.load(lock, 1) !== threadId) throw new Error('current thread is not owner');
    Atomics.store(lock, 1, 0);
    if (Atomics.compareExchange(lock, 0, 1, 0) === 0) throw new Error('lock was not locked');
  },
};

const Mutex = {
  ...SpinLock,

  unlock(lock, threadId) {
    SpinLock.unlock(lock, threadId);
    Atomics.notify(lock, 0, 1);
  },
};

module.exports = { SpinLock, Mutex };
