// A workload that begins its operations and never ends one.
export const workload = {
  name: 'never-ends',
  description: 'begins, and never ends',
  operations: ['op'],
  sharedWords: () => 0,
  start: ({ recorder }) => ({
    step() {
      recorder.begin(0);
    },
    finish() {},
  }),
};
