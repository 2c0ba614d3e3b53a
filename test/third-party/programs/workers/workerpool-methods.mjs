import workerpool from 'workerpool';

workerpool.worker({
  increment(n) {
    if (n < 0) throw new RangeError(`${n} is negative`);
    workerpool.workerEmit({ seen: n });
    return n + 1;
  },
  hang: () => new Promise(() => {}),
  exit: (code) => process.exit(code),
});
