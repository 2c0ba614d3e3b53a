// A workload whose worker 1 does nothing.
export const workload = {
  name: 'one-idle',
  description: 'worker 1 does nothing',
  operations: ['op'],
  sharedWords: () => 0,
  start: ({ recorder, worker }) => ({
    step() {
      if (worker === 1) return;
      recorder.begin(0);
      recorder.end(0);
    },
    finish() {},
  }),
};
