// Errors that nothing caught, by all ways in which a program can hear of them; it counts no listeners but its own.
console.log(process.listenerCount('unhandledRejection'), process.listenerCount('uncaughtException'));
console.log(process.hasUncaughtExceptionCaptureCallback());
process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', error.message?.[0], origin));
process.setUncaughtExceptionCaptureCallback((error) => console.log('captured', error.message));
const steps = [
  () => {
    throw new Error('a');
  },
  () => void Promise.reject(new Error('b')),
  () =>
    process.nextTick(() => {
      throw new Error('c');
    }),
  () => {
    process.setUncaughtExceptionCaptureCallback(null);
    process.on('unhandledRejection', (reason, promise) => console.log(reason, promise instanceof Promise));
    Promise.reject('d');
  },
  () => {
    process.removeAllListeners('unhandledRejection');
    process.on('uncaughtException', (error, origin) =>
      console.log(error.code, error.message.slice(-4), origin),
    );
    Promise.reject('e');
  },
];
for (const [i, step] of steps.entries()) setTimeout(step, 1 + 10 * i);
