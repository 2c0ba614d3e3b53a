// A workload whose lock has the name of one of the machine's.

export const workload = {
  name: 'lock-twice',
  description: '',
  operations: ['alloc'],
  locks: ['global-pool'],
  sharedWords: () => 0,
  start: () => ({ step() {}, finish() {} }),
};
