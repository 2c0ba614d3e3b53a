// An exception in a tick or a microtask does not take the others along.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
setImmediate(() => {
  process.nextTick(() => {
    throw new Error('tick 1');
  });
  process.nextTick(() => console.log('tick 2'));
  queueMicrotask(() => {
    throw new Error('microtask 1');
  });
  queueMicrotask(() => console.log('microtask 2'));
});
