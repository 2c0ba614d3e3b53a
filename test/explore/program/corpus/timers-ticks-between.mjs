// Between two timers, and between two immediates: ticks, then microtasks.
const report = (name) => () => {
  console.log(name);
  Promise.resolve().then(() => console.log(name, 'microtask'));
  process.nextTick(() => console.log(name, 'tick'));
};
setTimeout(report('timeout 1'), 1);
setTimeout(report('timeout 2'), 1);
setTimeout(() => {
  setImmediate(report('immediate 1'));
  setImmediate(report('immediate 2'));
}, 20);
