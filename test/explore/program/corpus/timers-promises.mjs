import { scheduler, setImmediate, setInterval, setTimeout } from 'node:timers/promises';

console.log(await setTimeout(5, 'value'), await setTimeout());
console.log(await setImmediate('immediate'));
let rounds = 0;
for await (const value of setInterval(2, 'interval')) {
  console.log(value, ++rounds);
  if (rounds === 3) break;
}
console.log(await scheduler.wait(5), await scheduler.yield());
