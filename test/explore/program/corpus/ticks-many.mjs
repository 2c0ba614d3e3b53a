// However long the chain of microtasks and ticks, no timer and no immediate comes between.
let rounds = 0;
setImmediate(() => console.log('immediate after', rounds));
const chain = async () => {
  for (let n = 0; n < 50; n++) {
    await null;
    rounds++;
    await new Promise((resolve) => process.nextTick(resolve));
    rounds++;
  }
};
chain();
