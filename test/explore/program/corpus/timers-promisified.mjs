import timers from 'node:timers';
import * as promises from 'node:timers/promises';
import { promisify } from 'node:util';

console.log(promisify(setTimeout) === promises.setTimeout, promisify(setImmediate) === promises.setImmediate);
console.log(timers.setTimeout === setTimeout, timers.promises.setTimeout === promises.setTimeout);
console.log(await promisify(setTimeout)(2, 'value'), await promisify(setImmediate)('immediate'));
