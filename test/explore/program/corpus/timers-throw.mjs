// An exception in one timer does not stop the others.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
for (const n of [1, 2, 3])
  setTimeout(() => {
    console.log('timer', n);
    if (n < 3) throw new Error(`of timer ${n}`);
  }, 1);
setTimeout(() => {
  for (const n of [1, 2])
    setImmediate(() => {
      process.nextTick(() => console.log('tick', n));
      throw new Error(`of immediate ${n}`);
    });
}, 20);
