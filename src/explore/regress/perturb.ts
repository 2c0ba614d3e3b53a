import type { Random } from '../../platform/random.ts';
import type { Stretch } from './trial.ts';

/** Edits of one perturbed schedule, at most; and by how many steps a switch is moved. */
const EDITS_MAX = 3;
const MOVED_MAX = 4;

/**
 * Each schedule in which one switch is made later, within what is new at its place: there nothing says on which side of the
 * new steps the recorded switch lies.
 */
export function* laterSwitches(
  stretches: readonly Stretch[],
  slack: readonly number[],
): Generator<Stretch[]> {
  for (let i = 0; i < stretches.length; i++) {
    for (let more = 1; more <= slack[i]; more++) {
      yield stretches.map(([thread, steps], n) => [thread, n === i ? steps + more : steps]);
    }
  }
}

/** A schedule with some switches moved, left out, added or exchanged. */
export function perturbed(stretches: readonly Stretch[], threads: number, random: Random): Stretch[] {
  let made = [...stretches];
  for (let edits = 1 + random.below(EDITS_MAX); edits > 0; edits--) made = edited(made, threads, random);
  return made;
}

function edited(stretches: readonly Stretch[], threads: number, random: Random): Stretch[] {
  const made = [...stretches];
  const at = random.below(Math.max(1, made.length));
  const [thread, steps] = made[at] ?? [0, 1];
  switch (random.below(4)) {
    case 0: {
      // The switch comes earlier or later; the thread's next stretch makes up for it.
      const moved = (1 + random.below(MOVED_MAX)) * (random.below(2) === 0 ? 1 : -1);
      made[at] = [thread, Math.max(1, steps + moved)];
      const next = made.findIndex(([other], i) => i > at && other === thread);
      if (next > 0) made[next] = [thread, Math.max(1, made[next][1] - moved)];
      return made;
    }
    case 1:
      return made.filter((_, i) => i !== at || made.length === 1);
    case 2: {
      // Another thread comes in between.
      const first = 1 + random.below(Math.max(1, steps - 1));
      const other = random.below(threads);
      return [
        ...made.slice(0, at),
        [thread, first],
        [other, 1 + random.below(MOVED_MAX)],
        ...(steps > first ? [[thread, steps - first] as const] : []),
        ...made.slice(at + 1),
      ];
    }
    default: {
      const other = random.below(Math.max(1, made.length));
      if (made.length > 0) [made[at], made[other]] = [made[other], made[at]];
      return made;
    }
  }
}
