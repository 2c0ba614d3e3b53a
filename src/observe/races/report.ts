/** What the race detector tells. Plain data, and how the threads' parts are put together. */
import { type AccessSite, siteIndex } from '../../control/thread/plain_accesses.ts';
import { CELL } from './shadow.ts';

/** One of the two accesses of a race, as the thread tells it that did it. */
export interface RaceSide {
  readonly thread: number;
  readonly plain: boolean;
  readonly writes: boolean;
  /** Of an atomic access: its step. */
  readonly step: number | undefined;
  /** Of a plain access, where it is known. */
  readonly site: AccessSite | undefined;
  /** The stack, where it was taken; of an atomic access it is its step's. */
  readonly stack: string;
  /** Steps that all threads had taken before it; 0 where it was not counted. */
  readonly steps: number;
  /** How many steps by which others could come to know of what it did the thread had taken, plus 1. */
  readonly clock: number;
}

/** Where both accesses overlap. */
interface RacePlace {
  readonly buffer: number;
  /** The first byte that both touch, and how many bytes the second access has. */
  readonly offset: number;
  readonly bytes: number;
}

/** An access as the detector keeps it: its kind as in `CELL`, its site or step. */
export interface KeptAccess {
  readonly thread: number;
  readonly kind: number;
  readonly where: number;
}

/** A race that was intended, or that was to be seen at work. */
export interface GonePast extends RacePlace {
  readonly first: KeptAccess;
  readonly second: KeptAccess;
}

/** What one thread tells. */
export interface RaceReport {
  readonly thread: number;
  /** The race that ended the schedule, with this thread's part in it. */
  readonly race: (RacePlace & { readonly first?: RaceSide; readonly second?: RaceSide }) | undefined;
  readonly gonePast: readonly GonePast[];
  /** The thread's sites by number, where they are needed. */
  readonly sites: readonly AccessSite[] | undefined;
}

/** A race of which both accesses are known: `first` came first in this execution. */
export interface FoundRace extends RacePlace {
  readonly first: RaceSide;
  readonly second: RaceSide;
}

/** Puts together what the threads reported; undefined where there was no race. */
export function joinRace(reports: readonly unknown[] = []): FoundRace | undefined {
  const told = (reports as (RaceReport | undefined)[]).map((report) => report?.race);
  const first = told.find((race) => race?.first !== undefined)?.first;
  const second = told.find((race) => race?.second !== undefined);
  if (first === undefined || second?.second === undefined) return undefined;
  const { buffer, offset, bytes } = second;
  return { buffer, offset, bytes, first, second: second.second };
}

/** A race that the search went past. */
export interface PassedRace extends RacePlace {
  readonly first: Omit<RaceSide, 'clock'>;
  readonly second: Omit<RaceSide, 'clock'>;
  /** Why, in the words of its mark; undefined where it was not marked. */
  readonly reason: string | undefined;
}

/** The races that the search went past, by what the threads reported. */
export function passedRaces(reports: readonly unknown[] = []): PassedRace[] {
  const told = reports as RaceReport[];
  const side = ({ thread, kind, where }: KeptAccess): PassedRace['first'] => {
    const plain = kind < CELL.ATOMIC_READ;
    const sites = told.find((report) => report.thread === thread)?.sites;
    return {
      thread,
      plain,
      writes: kind === CELL.PLAIN_WRITE || kind === CELL.ATOMIC_WRITE,
      step: plain ? undefined : where,
      site: plain ? sites?.[siteIndex(where)] : undefined,
      stack: '',
      steps: 0,
    };
  };
  return told.flatMap(({ gonePast }) =>
    gonePast.map(({ buffer, offset, bytes, ...race }) => {
      const [first, second] = [side(race.first), side(race.second)];
      return { buffer, offset, bytes, first, second, reason: first.site?.allowed ?? second.site?.allowed };
    }),
  );
}
