// A workload of which one worker leaves a rejection unhandled, or throws in a timer, as the environment says.
const HOW = process.env.FAILS_LATE;

function failLate() {
  if (HOW === 'rejection') Promise.reject(new Error('lost in a promise'));
  if (HOW === 'timer')
    setTimeout(() => {
      throw new Error('thrown in a timer');
    });
  if (HOW === 'microtask')
    queueMicrotask(() => {
      throw null;
    });
  if (HOW === 'class') Promise.reject(Object.assign(new Error(), { name: 'OwnError' }));
}

export const workload = {
  name: 'fails-late',
  description: 'worker 1 fails on the side',
  operations: ['op'],
  sharedWords: () => 0,
  start: ({ recorder, worker }) => {
    if (worker === 1) failLate();
    return {
      step() {
        recorder.begin(0);
        recorder.end(0);
      },
      finish() {},
    };
  },
};
