process.on('exit', (code) => console.log('exit', code));
process.on('uncaughtExceptionMonitor', (error, origin) => console.log(origin, error.message));
Promise.reject(new Error('nobody handles it'));
process.nextTick(() => console.log('tick'));
setImmediate(() => console.log('never'));
