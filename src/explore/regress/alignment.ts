import { type RecordedPlace, sameMemory, sameText } from '../replay/places.ts';

/** Longest sequences that are compared place by place; of longer ones the beginning. */
const WINDOW = 400;

/** How much a match weighs: the line's text says more than the word that it works on. */
const BY_TEXT = 3;
const BY_MEMORY = 2;

function weightOf(recorded: RecordedPlace, now: RecordedPlace): number {
  if (sameText(recorded, now)) return BY_TEXT;
  return sameMemory(recorded, now) ? BY_MEMORY : 0;
}

/** Whether a step is at a recorded place: the same operation in the same line, or on the same word. */
export function isAt(recorded: RecordedPlace, now: RecordedPlace): boolean {
  return weightOf(recorded, now) > 0;
}

/**
 * Finds recorded steps of one thread again among those that it takes now, in order: as many as can be, the earliest first
 * (a longest common subsequence, weighted).
 *
 * @returns for each recorded step the index of its counterpart; -1 where it has none
 */
export function align(recorded: readonly RecordedPlace[], now: readonly RecordedPlace[]): number[] {
  const counterparts = new Array<number>(recorded.length).fill(-1);
  let start = 0;
  while (start < recorded.length && start < now.length && sameText(recorded[start], now[start])) {
    counterparts[start] = start;
    start++;
  }
  const n = Math.min(recorded.length - start, WINDOW);
  const m = Math.min(now.length - start, WINDOW);
  const best = bestOfRests(recorded, now, start, n, m);
  const width = m + 1;
  for (let i = 0, j = 0; i < n && j < m; ) {
    const weight = weightOf(recorded[start + i], now[start + j]);
    const here = best[i * width + j];
    if (weight > 0 && here === weight + best[(i + 1) * width + j + 1]) {
      counterparts[start + i++] = start + j++;
    } else if (here === best[i * width + j + 1]) {
      j++;
    } else {
      i++;
    }
  }
  return counterparts;
}

/** Entry `i * (m + 1) + j`: the most that the recorded steps from `i` and the present ones from `j` have in common. */
function bestOfRests(
  recorded: readonly RecordedPlace[],
  now: readonly RecordedPlace[],
  start: number,
  n: number,
  m: number,
): Int32Array {
  const width = m + 1;
  const best = new Int32Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const weight = weightOf(recorded[start + i], now[start + j]);
      const taken = weight > 0 ? weight + best[(i + 1) * width + j + 1] : 0;
      best[i * width + j] = Math.max(taken, best[(i + 1) * width + j], best[i * width + j + 1]);
    }
  }
  return best;
}
