// Node.js lets the main thread wait.
const words = new Int32Array(new SharedArrayBuffer(8));
console.log(Atomics.wait(words, 0, 1), Atomics.wait(words, 0, 0, 5), Atomics.wait(words, 0, 0, 0));
console.log(Atomics.notify(words, 0), Atomics.notify(new Int32Array(2), 1));
try {
  Atomics.wait(new Int32Array(2), 0, 0);
} catch (error) {
  console.log(error.name);
}
