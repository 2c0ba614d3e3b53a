process.on('exit', () => console.log('exit', process.exitCode));
process.on('beforeExit', () => console.log('beforeExit'));
setImmediate(() => console.log('immediate'));
await new Promise(() => {});
console.log('never');
