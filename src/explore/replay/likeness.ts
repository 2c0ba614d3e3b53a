import type { Failure } from '../../verdicts/failure.ts';

/** Steps of each thread by which two failures are taken for the same without running the second one again. */
const STEPS_COMPARED = 16;

/** Equal only for failures at the same place: what is said of them, and the last operations of each thread. */
export function likeness({ verdict, message, details, cause, steps }: Failure): string {
  const last = new Map<number, string[]>();
  for (const { thread, kind, buffer, offset } of steps) {
    const own = last.get(thread) ?? [];
    own.push(`${kind}@${buffer}+${offset}`);
    if (own.length > STEPS_COMPARED) own.shift();
    last.set(thread, own);
  }
  return JSON.stringify([verdict, message, details, cause?.name, [...last].sort(([a], [b]) => a - b)]);
}
