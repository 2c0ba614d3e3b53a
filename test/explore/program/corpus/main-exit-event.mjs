// In 'exit' only what is synchronous still happens; a second process.exit in it sets the code.
process.on('exit', (code) => {
  console.log('first', code);
  setImmediate(() => console.log('never'));
  Promise.resolve().then(() => console.log('never'));
  process.nextTick(() => console.log('never'));
  process.exitCode = 4;
});
process.once('exit', (code) => console.log('second', code, process.exitCode));
process.exit(3);
