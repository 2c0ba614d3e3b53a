// The top level of a CommonJS module is no microtask: ticks go first.
process.nextTick(() => {
  console.log('tick');
  process.nextTick(() => console.log('tick of a tick'));
  Promise.resolve().then(() => console.log('microtask of a tick'));
});
Promise.resolve().then(() => {
  console.log('microtask');
  process.nextTick(() => console.log('tick of a microtask'));
});
setImmediate(() => console.log('immediate'));
console.log('code');
