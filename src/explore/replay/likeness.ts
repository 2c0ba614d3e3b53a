import type { Failure } from '../../verdicts/failure.ts';

/** Steps of each thread by which two failures are taken for the same without running the second one again. */
const STEPS_COMPARED = 16;

/** How texts name a step: which number it has depends on what the other threads did before. */
const NUMBERED_STEP = /\bsteps? \d+/g;

/**
 * Equal only for failures at the same place: what is said of them, but for the numbers of steps, and the last operations of each
 * thread.
 */
export function likeness({ verdict, message, details, cause, steps }: Failure): string {
  const last = new Map<number, string[]>();
  for (const { thread, kind, buffer, offset } of steps) {
    const own = last.get(thread) ?? [];
    own.push(`${kind}@${buffer}+${offset}`);
    if (own.length > STEPS_COMPARED) own.shift();
    last.set(thread, own);
  }
  const said = [message, ...details].map((line) => line.replace(NUMBERED_STEP, 'step'));
  return JSON.stringify([verdict, said, cause?.name, [...last].sort(([a], [b]) => a - b)]);
}
