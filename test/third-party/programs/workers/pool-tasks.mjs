// Tasks for tinypool and piscina.

import { setTimeout as sleep } from 'node:timers/promises';

export default (n) => {
  if (n < 0) throw new RangeError(`${n} is negative`);
  return n + 1;
};

/** Never answers. */
export const hang = () => new Promise(() => setInterval(() => {}, 1000));

export const slow = async (ms) => {
  await sleep(ms);
  return ms;
};

/** Ends its own thread. */
export const exit = (code) => process.exit(code);

/** The length of a typed array whose buffer has been transferred. */
export const length = (bytes) => bytes.length;
