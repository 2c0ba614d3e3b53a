// The first to wait is the first to be woken, by its own thread as well.
const words = new Int32Array(new SharedArrayBuffer(8));
const hold = setInterval(() => {}, 1e6);
for (const n of [1, 2, 3]) Atomics.waitAsync(words, 0, 0).value.then((text) => console.log(n, text));
const last = Atomics.waitAsync(words, 0, 0).value.then((text) => console.log('last', text));
console.log('other word', Atomics.notify(words, 1));
console.log('one', Atomics.notify(words, 0, 1));
console.log('all', Atomics.notify(words, 0), 'none is left', Atomics.notify(words, 0));
await last;
clearInterval(hold);
