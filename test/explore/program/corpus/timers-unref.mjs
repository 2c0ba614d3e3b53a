// Timers that were unref'd do not hold the program; one that was ref'd again does.
const forEver = setInterval(() => console.log('never'), 1e6);
console.log(forEver.unref() === forEver, forEver.hasRef());
setTimeout(() => console.log('fired'), 10)
  .unref()
  .ref();
const immediate = setImmediate(() => console.log('never'));
console.log(immediate.hasRef(), immediate.unref().hasRef());
clearImmediate(immediate);
process.on('exit', (code) => console.log('exit', code));
