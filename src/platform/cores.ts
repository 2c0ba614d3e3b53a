/** Which cores this process may use, what other work takes of them, and how its threads are put on one: Linux. */
import { type ForkOptions, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { argumentsForFiles } from './start_worker.ts';

/** Reads a small file; throws if it is not there. */
type ReadText = (path: string) => string;

/** Numbers of the cores that this process may use, ascending; null if the system does not tell. @param text for tests */
export function allowedCores(text: ReadText = readText): readonly number[] | null {
  try {
    const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(text('/proc/self/status'))?.[1];
    if (list === undefined) return null;
    return list.split(',').flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
  } catch {
    return null;
  }
}

/** Shorter times are too coarse: the system counts in hundredths of a second. */
const TIME_MS_MIN = 400;

/** How many cores the work of others takes, from one look to the next. */
export class OtherWork {
  private readonly cores: readonly number[];
  private readonly text: ReadText;
  private readonly ownMs: () => number;
  private last: number | null = null;
  private before: { readonly atMs: number; readonly busyMs: number; readonly ownMs: number } | null;

  /** @param cores that count; @param text and @param ownMs for tests: what reads, and the CPU time of this process */
  constructor(cores: readonly number[], text: ReadText = readText, ownMs: () => number = cpuMs) {
    this.cores = cores;
    this.text = text;
    this.ownMs = ownMs;
    this.before = this.look();
  }

  /** Cores that others kept busy in the last half second or more, from 0 on; null where the system does not tell, or not yet. */
  get taken(): number | null {
    const { before } = this;
    const now = this.look();
    if (now === null || before === null) return this.last;
    const elapsed = (now.atMs - before.atMs) / this.cores.length;
    if (elapsed < TIME_MS_MIN) return this.last;
    this.before = now;
    this.last = Math.max(0, (now.busyMs - before.busyMs - (now.ownMs - before.ownMs)) / elapsed);
    return this.last;
  }

  /** The times of these cores: all of it, and all but idling, in ms. */
  private look(): { atMs: number; busyMs: number; ownMs: number } | null {
    try {
      const lines = this.text('/proc/stat').split('\n');
      let all = 0;
      let idle = 0;
      for (const core of this.cores) {
        const line = lines.find((one) => one.startsWith(`cpu${core} `));
        if (line === undefined) return null;
        // user nice system idle iowait irq softirq steal; what follows is part of user and nice.
        const ticks = line.split(/\s+/).slice(1, 9).map(Number);
        all += ticks.reduce((sum, each) => sum + each, 0);
        idle += ticks[3] + ticks[4];
      }
      const TICK_MS = 10;
      return { atMs: all * TICK_MS, busyMs: (all - idle) * TICK_MS, ownMs: this.ownMs() };
    } catch {
      return null;
    }
  }
}

/** Whether a process can be started on one core. */
export function canBind(cores: readonly number[]): boolean {
  return spawnSync('taskset', ['-c', `${cores[0]}`, 'true'], { stdio: 'ignore' }).status === 0;
}

/**
 * How `fork` starts Node.js on one core, with the arguments of this process: `taskset` becomes Node.js, so that the process's number and
 * channels stay. Null: on any core.
 */
export function onCore(core: number | null): Pick<ForkOptions, 'execPath' | 'execArgv'> {
  const execArgv = argumentsForFiles() ?? process.execArgv;
  if (core === null) return { execArgv };
  return { execPath: 'taskset', execArgv: ['-c', `${core}`, process.execPath, ...execArgv] };
}

/**
 * Lets threads of this process run on these cores only. Resolves with false where that cannot be done: there is no `taskset`
 * (util-linux), or the system refuses. A thread that has ended is no failure.
 *
 * @param tasks numbers that the system gives threads
 */
export function pin(tasks: readonly number[], cores: readonly number[]): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const child = spawn('sh', ['-c', PIN_EACH, 'sh', cores.join(','), ...tasks.map(String)], {
        stdio: 'ignore',
      });
      child.on('error', () => resolve(false));
      child.on('close', (code) => resolve(code === 0));
    } catch {
      // Node.js was told to start no processes.
      resolve(false);
    }
  });
}

/** By a shell: to start a process takes the longer the more memory this one has, and that of a hundred threads is a gigabyte. */
const PIN_EACH =
  'cores=$1; shift; failed=1; for task; do taskset -pc "$cores" "$task" && failed=0; done; exit $failed';

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function readText(path: string): string {
  return readFileSync(path, 'latin1');
}
