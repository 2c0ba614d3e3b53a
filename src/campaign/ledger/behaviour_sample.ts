import { BehaviourTable, makeBehaviourMemory } from '../../observe/behaviours/behaviour_table.ts';

/** More hashes than this are not sent: with more behaviours, one in 2, 4, 8, ... of them stands for all. */
const KEPT_MAX = 1024;

/**
 * The behaviours that some schedules showed, small enough to be sent: those whose hash ends in `shift` zero bits. Samples of
 * several slices can be put together, and then say how many behaviours there are in all, and how many were seen once.
 */
export interface BehaviourSample {
  readonly schedules: number;
  /** One in 2^shift behaviours is kept. */
  readonly shift: number;
  /** Hashes of those seen once, and of those seen again: 16 hexadecimal digits each. */
  readonly once: readonly string[];
  readonly again: readonly string[];
}

/** How many behaviours samples show together. */
export interface SampledBehaviours {
  readonly schedules: number;
  /** Rounded where only a part was kept. */
  readonly distinct: number;
  readonly once: number;
  readonly sampled: boolean;
}

/** What the tables of a search hold. */
export function sampleOf(memories: readonly SharedArrayBuffer[]): BehaviourSample | undefined {
  if (memories.length === 0) return undefined;
  const table = new BehaviourTable(memories.length === 1 ? memories[0] : makeBehaviourMemory());
  if (memories.length > 1) for (const memory of memories) table.join(new BehaviourTable(memory));
  const seen = new Map<string, boolean>();
  for (const { hash, again } of table.seen()) seen.set(hash, again);
  return kept(table.counts.schedules, 0, seen);
}

/** All samples as one; they may be given in any order, and one slice only once. */
export function unionOf(samples: readonly BehaviourSample[]): BehaviourSample {
  const shift = Math.max(0, ...samples.map((sample) => sample.shift));
  const seen = new Map<string, boolean>();
  let schedules = 0;
  for (const sample of samples) {
    schedules += sample.schedules;
    for (const hash of sample.once) seen.set(hash, seen.has(hash));
    for (const hash of sample.again) seen.set(hash, true);
  }
  return kept(schedules, shift, seen);
}

export function countsOf({ schedules, shift, once, again }: BehaviourSample): SampledBehaviours {
  const scale = 2 ** shift;
  const distinct = (once.length + again.length) * scale;
  return { schedules, distinct, once: once.length * scale, sampled: shift > 0 };
}

function kept(schedules: number, least: number, seen: ReadonlyMap<string, boolean>): BehaviourSample {
  let shift = least;
  let hashes = [...seen.keys()].filter((hash) => zerosOf(hash) >= shift);
  while (hashes.length > KEPT_MAX) {
    shift++;
    hashes = hashes.filter((hash) => zerosOf(hash) >= shift);
  }
  hashes.sort();
  return {
    schedules,
    shift,
    once: hashes.filter((hash) => !seen.get(hash)),
    again: hashes.filter((hash) => seen.get(hash)),
  };
}

/** Zero bits at the end of its last eight digits; 32 if they are all zero. */
function zerosOf(hash: string): number {
  const low = Number.parseInt(hash.slice(8), 16) | 0;
  return low === 0 ? 32 : 31 - Math.clz32(low & -low);
}
