// A pending waitAsync does not hold the program, with a timeout or without.
const words = new Int32Array(new SharedArrayBuffer(4));
process.on('exit', () => console.log('exit', process.exitCode));
await Atomics.waitAsync(words, 0, 0).value;
console.log('never');
