import { Worker } from 'node:worker_threads';
import { LINE_WORDS } from '../src/platform/struct.ts';
import { lockBytes } from '../src/sync/create_lock.ts';
import type { StatisticsLevel } from '../src/sync/decorators/lock_figures.ts';
import { LockStatistics } from '../src/sync/decorators/lock_statistics.ts';
import { DEFAULT_LOCK_KIND } from '../src/sync/registry.ts';
import { TEAM, type TeamJob } from './lock_team.ts';

/** What statistics cost on one path, over many slices of time in which those with and those without take turns. */
export interface StatisticsCost {
  readonly level: StatisticsLevel;
  /** Nanoseconds of one acquisition of the whole team: without statistics, and with them in the slice next to it. */
  readonly pairs: readonly { readonly withoutNs: number; readonly withNs: number }[];
}

export interface Path {
  readonly name: string;
  readonly members: number;
  /** Steps of private computation within the lock, and as many without: about a nanosecond each. */
  readonly work: number;
  /** What the default level may add, in percent; null where nothing is asked. */
  readonly percentMax: number | null;
}

export const PATHS: readonly Path[] = [
  { name: 'uncontended', members: 1, work: 0, percentMax: 5 },
  { name: 'contended', members: 2, work: 100, percentMax: 10 },
  { name: 'contended, nothing else', members: 2, work: 0, percentMax: null },
];

/** `off` a second time tells how much of a difference means nothing. */
const LEVELS: readonly StatisticsLevel[] = ['off', 'off', 'counts', 'sampled', 'full'];

const ANSWER_MS = 10_000;

/**
 * A team of workers for each level takes a lock of its own, one team at a time, in slices of a few milliseconds and in
 * changing order: whatever else the machine does then hits all of them alike.
 *
 * @throws where a team's lock did not exclude, or its statistics miscounted
 */
export async function measureStatisticsCost(
  path: Path,
  slices: number,
  sliceMs: number,
): Promise<StatisticsCost[]> {
  const teams = await Promise.all(LEVELS.map((level) => Team.start(level, path)));
  const ns: number[][] = teams.map(() => []);
  try {
    for (let slice = 0; slice < slices; slice++) {
      for (let turn = 0; turn < teams.length; turn++) {
        const team = (turn + slice) % teams.length;
        ns[team].push(teams[team].run(sliceMs));
      }
    }
  } finally {
    for (const team of teams) team.end();
  }
  for (const team of teams) team.prove();
  const [withoutNs, ...others] = ns;
  return others.map((levelNs, index) => ({
    level: LEVELS[index + 1],
    // A team that was kept from its cores for a whole slice says nothing.
    pairs: levelNs
      .map((withNs, slice) => ({ withoutNs: withoutNs[slice], withNs }))
      .filter((pair) => Number.isFinite(pair.withoutNs) && Number.isFinite(pair.withNs)),
  }));
}

class Team {
  private readonly words = new Int32Array(new SharedArrayBuffer((TEAM.done + 2 * LINE_WORDS) * 4));
  private readonly statistics: LockStatistics;
  private readonly level: StatisticsLevel;
  private readonly members: number;
  private slice = 0;
  private acquisitions = 0;

  private constructor(level: StatisticsLevel, members: number) {
    this.level = level;
    this.members = members;
    const locks = [{ name: 'bench', kind: DEFAULT_LOCK_KIND, sites: ['bench'] }];
    this.statistics = LockStatistics.create({ locks, cpus: members, level });
  }

  /** Starts its workers, and waits until each has warmed up. */
  static async start(level: StatisticsLevel, path: Path): Promise<Team> {
    const { members, work } = path;
    const team = new Team(level, members);
    const lock = new SharedArrayBuffer(lockBytes(DEFAULT_LOCK_KIND, members));
    const ready = Array.from({ length: members }, (_, member) => {
      const workerData: TeamJob = {
        control: team.words.buffer as SharedArrayBuffer,
        lock,
        kind: DEFAULT_LOCK_KIND,
        statistics: team.statistics.handle,
        members,
        member,
        work,
      };
      const worker = new Worker(new URL('./lock_team_worker.js', import.meta.url), { workerData });
      return new Promise<void>((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.once('error', reject);
      });
    });
    await Promise.all(ready);
    team.count();
    return team;
  }

  /** Lets it run for so long. @returns nanoseconds for one acquisition of the whole team */
  run(ms: number): number {
    const { words, members } = this;
    const slice = ++this.slice;
    Atomics.store(words, TEAM.slice, slice);
    Atomics.notify(words, TEAM.slice);
    const begin = performance.now();
    Atomics.wait(words, TEAM.over, slice - 1, ms);
    const elapsedMs = performance.now() - begin;
    Atomics.store(words, TEAM.over, slice);
    for (const deadline = begin + ms + ANSWER_MS; ; ) {
      const ended = Atomics.load(words, TEAM.ended);
      if (ended === slice * members) break;
      if (performance.now() > deadline)
        throw new Error('a worker of the statistics benchmark does not answer');
      Atomics.wait(words, TEAM.ended, ended, 100);
    }
    return (elapsedMs * 1e6) / this.count();
  }

  end(): void {
    Atomics.store(this.words, TEAM.slice, -1);
    Atomics.notify(this.words, TEAM.slice);
  }

  prove(): void {
    const { acquisitions, level, words } = this;
    const what = `statistics ${level}`;
    const guarded = words[TEAM.guarded] >>> 0;
    if (guarded !== acquisitions % 2 ** 32) {
      throw new Error(
        `${what}: ${acquisitions} acquisitions, but the lock let ${guarded} through one by one`,
      );
    }
    const counted = this.statistics.merge()[0].total.acquisitions;
    if (level !== 'off' && counted !== acquisitions) {
      throw new Error(`${what}: ${acquisitions} acquisitions, but they say ${counted}`);
    }
  }

  private count(): number {
    let done = 0;
    for (let member = 0; member < this.members; member++) done += this.words[TEAM.done + member * LINE_WORDS];
    this.acquisitions += done;
    return done;
  }
}
