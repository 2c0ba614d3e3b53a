import { setTimeout as sleep } from 'node:timers/promises';

/** Answers at once. */
export default async (n) => n;

/** Answers some time later. */
export const later = async (n) => {
  await sleep(30);
  return n;
};
