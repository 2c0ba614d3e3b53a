process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', origin, error.message));
process.on('uncaughtException', (error, origin) => console.log('handler', origin, error.message));
setImmediate(() => {
  setImmediate(() => console.log('goes on'));
  throw new Error('thrown');
});
setTimeout(() => Promise.reject(new Error('rejected')), 20);
process.on('exit', (code) => console.log('exit', code));
