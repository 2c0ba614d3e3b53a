// Answers that need no wait are no promises.
const words = new Int32Array(new SharedArrayBuffer(4));
console.log(JSON.stringify(Atomics.waitAsync(words, 0, 5)));
console.log(JSON.stringify(Atomics.waitAsync(words, 0, 0, 0)));
console.log(JSON.stringify(Atomics.waitAsync(words, 0, 0, -1)));
for (const array of [new Int32Array(1), new Float64Array(new SharedArrayBuffer(8))]) {
  try {
    Atomics.waitAsync(array, 0, 0);
  } catch (error) {
    console.log(error.name);
  }
}
