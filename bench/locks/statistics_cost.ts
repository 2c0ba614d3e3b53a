import { Worker } from 'node:worker_threads';
import { DEFAULT_STATS } from '../../src/lab/run/run_options.ts';
import { LINE_WORDS } from '../../src/platform/struct.ts';
import type { StatisticsLevel } from '../../src/sync/decorators/lock_figures.ts';
import { LockStatistics } from '../../src/sync/decorators/lock_statistics.ts';
import { DEFAULT_LOCK_KIND } from '../../src/sync/registry.ts';
import { TEAM, TEAM_BYTES, type TeamJob } from './lock_team.ts';

/** What a team's acquisitions took: nanoseconds for one acquisition of the whole team, slice by slice. */
export interface TeamTimes {
  readonly level: StatisticsLevel;
  readonly ns: readonly number[];
}

export interface Path {
  readonly name: string;
  readonly members: number;
  /** Steps of private computation within the lock, and as many without: about a nanosecond each. */
  readonly work: number;
  /** One team for each. Two without statistics show which differences are noise. */
  readonly levels: readonly StatisticsLevel[];
  /** What the default level may add, in percent. */
  readonly percentMax: number;
}

export const PATHS: readonly Path[] = [
  {
    name: 'uncontended',
    members: 1,
    work: 0,
    levels: ['off', 'off', 'counts', DEFAULT_STATS, 'full'],
    percentMax: 5,
  },
  // Two workers that want one lock settle into a rhythm, each pair into its own: so there are two pairs of each.
  {
    name: 'contended',
    members: 2,
    work: 100,
    levels: ['off', DEFAULT_STATS, 'off', DEFAULT_STATS],
    percentMax: 10,
  },
];

const ANSWER_MS = 10_000;

/**
 * Each team of workers takes a lock of its own, one team at a time, in slices of a few milliseconds and in changing
 * order: so other work on the machine affects all of them alike.
 *
 * @throws if a team's lock did not exclude, or its statistics miscounted
 */
export async function measureStatisticsCost(
  path: Path,
  slices: number,
  sliceMs: number,
): Promise<TeamTimes[]> {
  const teams = await Promise.all(path.levels.map((level) => Team.start(level, path)));
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
  // A team that had no core for a whole slice does not count.
  return path.levels.map((level, team) => ({ level, ns: ns[team].filter(Number.isFinite) }));
}

class Team {
  private readonly words = new Int32Array(new SharedArrayBuffer(TEAM_BYTES));
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
    const ready = Array.from({ length: members }, (_, member) => {
      const workerData: TeamJob = {
        control: team.words.buffer as SharedArrayBuffer,
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
