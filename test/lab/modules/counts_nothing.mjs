// A workload whose step does nothing: nothing is counted, so nothing is proved.
export const workload = {
  name: 'counts-nothing',
  description: 'does nothing',
  operations: ['op'],
  sharedWords: () => 0,
  start: () => ({ step() {}, finish() {} }),
};
