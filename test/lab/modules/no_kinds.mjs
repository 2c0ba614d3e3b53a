// A workload without a kind of operation.
export const workload = {
  name: 'no-kinds',
  description: 'has no kinds of operations',
  operations: [],
  sharedWords: () => 0,
  start: ({ recorder }) => ({
    step() {
      recorder.begin(0);
      recorder.end(0);
    },
    finish() {},
  }),
};
