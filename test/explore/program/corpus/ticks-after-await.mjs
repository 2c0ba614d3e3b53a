// What comes after an await is a microtask: the other microtasks go before the ticks.
await new Promise((resolve) => setTimeout(resolve, 1));
console.log('after a timer');
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('microtask'));
await null;
console.log('after await null');
await new Promise((resolve) => setImmediate(resolve));
console.log('after an immediate');
