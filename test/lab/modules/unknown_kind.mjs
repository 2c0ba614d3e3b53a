// A workload that counts every third operation under a kind that it has not.
export const workload = {
  name: 'unknown-kind',
  description: 'counts kind 99 of 1',
  operations: ['op'],
  sharedWords: () => 0,
  start: ({ recorder }) => ({
    step() {
      for (const kind of [0, 99, 0]) {
        recorder.begin(kind);
        recorder.end(kind);
      }
    },
    finish() {},
  }),
};
