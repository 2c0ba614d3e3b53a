// The top level of a module is itself a microtask: the other microtasks go before the ticks.
process.nextTick((a, b) => console.log('tick', a, b), 1, 2);
queueMicrotask(() => {
  console.log('microtask');
  process.nextTick(() => console.log('tick of a microtask'));
  queueMicrotask(() => console.log('microtask of a microtask'));
});
setImmediate(() => console.log('immediate'));
console.log('code');
