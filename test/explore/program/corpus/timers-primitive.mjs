// A timer stands for a number, by which it can be cleared, also as a string.
const timers = [1, 2, 3].map((n) => setTimeout(() => console.log('never', n), 5));
console.log(typeof +timers[0], Number.isInteger(+timers[0]), `${timers[1]}` === String(+timers[1]));
clearTimeout(+timers[0]);
clearTimeout(`${timers[1]}`);
clearTimeout(timers[2]);
console.log(typeof timers[0][Symbol.toPrimitive], timers[0][Symbol.toPrimitive]() === +timers[0]);
setTimeout(() => console.log('done'), 20);
