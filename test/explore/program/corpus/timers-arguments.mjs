setTimeout((...values) => console.log(values.join(' ')), 1, 1, 'b', null);
const timer = setTimeout(function () {
  console.log('this', this === timer, this.constructor.name);
  setImmediate((...values) => console.log('immediate', values.join(' ')), 1, 2);
}, 10);
for (const set of [setTimeout, setInterval, setImmediate, process.nextTick, queueMicrotask]) {
  try {
    set('text');
  } catch (error) {
    console.log(set.name, error.name, error.code);
  }
}
