// After process.exit there is no 'beforeExit', nor after an exception.
process.on('beforeExit', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => {
  throw new Error('ends it');
});
