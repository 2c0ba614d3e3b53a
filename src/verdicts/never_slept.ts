import type { Labels } from '../control/memory/labels.ts';
import type { RunOutcome } from '../control/session/run.ts';
import { type FruitlessWait, fruitlessWaits } from '../observe/fruitless_waits.ts';
import { Sources } from './source.ts';

/** Repetitions below which nothing is said. */
const AGAIN_MIN = 4;

/** Remarks on loops that seem to wait and only use up a core: their wait returned 'not-equal' every time. */
export function neverSlept(outcome: RunOutcome, labels: Labels): string[] {
  const reports = outcome.observed.get(fruitlessWaits.name) as readonly FruitlessWait[][] | undefined;
  const waits = reports?.flat() ?? [];
  const byStack = new Map<string, FruitlessWait[]>();
  for (const wait of waits) {
    if (wait.stack === undefined) continue;
    byStack.set(wait.stack, [...(byStack.get(wait.stack) ?? []), wait]);
  }
  const sources = new Sources();
  const remarks: string[] = [];
  for (const [stack, found] of byStack) {
    const again = found.reduce((sum, wait) => sum + wait.again, 0);
    if (again < AGAIN_MIN) continue;
    const { buffer, offset, expected } = found[0];
    const place = sources.frames(stack)[0];
    const where = place === undefined ? '' : ` at ${place.file}:${place.line}`;
    remarks.push(
      `a loop never slept: Atomics.wait(${labels.place(buffer, offset)}, ${expected})${where} returned "not-equal" and ` +
        `was called again with the word unchanged, ${again.toLocaleString('en')} times: the loop uses up a core`,
    );
  }
  return remarks;
}
