// A workload that does ten operations and then only steps.
export const workload = {
  name: 'stops-counting',
  description: 'ten operations, then none',
  operations: ['op'],
  sharedWords: () => 0,
  start: ({ recorder }) => {
    let done = 0;
    return {
      step() {
        if (done++ >= 10) return;
        recorder.begin(0);
        recorder.end(0);
      },
      finish() {},
    };
  },
};
