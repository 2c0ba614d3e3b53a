// The timeout alone does not hold the program: something else must.
const words = new BigInt64Array(new SharedArrayBuffer(8));
const hold = setInterval(() => {}, 1e6);
const { async, value } = Atomics.waitAsync(words, 0, 0n, 10);
console.log(async, await value, Atomics.notify(words, 0));
clearInterval(hold);
