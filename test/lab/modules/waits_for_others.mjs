// A workload whose step waits until no other worker is behind, or the run is over: each is needed for another's step to end.
export const workload = {
  name: 'waits-for-others',
  description: 'all workers in step',
  operations: ['op'],
  sharedWords: (workers) => workers,
  start: ({ machine, recorder, shared, worker, workers }) => ({
    step() {
      const own = Atomics.add(shared, worker, 1) + 1;
      for (let other = 0; other < workers; other++) {
        while (Atomics.load(shared, other) < own && machine.host.stopReason === 0) machine.host.sleep(0.1);
      }
      recorder.begin(0);
      recorder.end(0);
    },
    finish() {},
  }),
};
