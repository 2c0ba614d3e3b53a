import { type InterceptHost, replace } from '../../control/thread/interceptor.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const SHARED = 'it belongs to the whole process, in which the explorer runs';
const SIGNALS = 'the explorer does not control signals';

/** What a main thread may do to its process, and a Worker may not: the host refuses it there by itself. */
const OF_THE_PROCESS: Readonly<Record<string, string>> = {
  abort: 'ended its process by process.abort()',
  chdir: 'changed the working directory',
  initgroups: 'changed the groups of its process',
  setegid: 'changed the group of its process',
  seteuid: 'changed the user of its process',
  setgid: 'changed the group of its process',
  setgroups: 'changed the groups of its process',
  setuid: 'changed the user of its process',
};

const MIB = 2 ** 20;
/** In place of what differs from run to run. */
const MEMORY = {
  rss: 64 * MIB,
  heapTotal: 16 * MIB,
  heapUsed: 8 * MIB,
  external: 2 * MIB,
  arrayBuffers: MIB,
};

/**
 * The process that all threads of a program think is theirs. What would reach the explorer ends the schedule by name; what it
 * uses of the machine is always the same, and the time that it has run is that of the virtual clock.
 */
export function guardProcess(host: InterceptHost, isMain: boolean): void {
  if (isMain) refuseInMain(host);
  watchSignals(host);
  fixFigures(host);
  let title = 'node';
  Object.defineProperty(process, 'title', {
    get: () => title,
    set: (given: unknown) => {
      title = String(given);
    },
    configurable: true,
    enumerable: true,
  });
}

function refuseInMain({ engine, outside }: InterceptHost): void {
  const target = process as unknown as Record<string, Method>;
  for (const [name, what] of Object.entries(OF_THE_PROCESS)) {
    const original = target[name];
    if (typeof original !== 'function') continue;
    replace(process, name, (...args: unknown[]): unknown =>
      engine.controlled ? outside.ends(what, SHARED) : original.apply(process, args),
    );
  }
  const { umask } = process;
  replace(process, 'umask', (...args: [number?]): number => {
    if (args[0] !== undefined && engine.controlled) outside.ends('changed the umask', SHARED);
    return Reflect.apply(umask, process, args);
  });
}

function watchSignals({ engine, outside }: InterceptHost): void {
  const { kill } = process;
  replace(process, 'kill', (pid: number, signal?: string | number): true => {
    if (engine.controlled && signal !== 0) {
      if (pid === process.pid) outside.ends(`sent itself the signal ${signal ?? 'SIGTERM'}`, SIGNALS);
      outside.met({ what: 'sent a signal to another process', why: 'what that does is not put back' });
    }
    return kill.call(process, pid, signal);
  });
  const { emit } = process as unknown as { emit: Method };
  replace(process, 'emit', function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] !== 'newListener' || !/^SIG[A-Z]/.test(String(args[1])) || !outside.inSchedule)
      return emit.apply(this, args);
    // Nobody sends any: the host, too, is not told.
    outside.met({
      what: `listened to the signal ${String(args[1])}`,
      why: 'none comes while it is explored',
    });
    return true;
  });
}

function fixFigures({ engine }: InterceptHost): void {
  const micros = (): number => Math.floor(engine.clock.timeMs() * 1000);
  const memory = Object.assign(() => ({ ...MEMORY }), { rss: () => MEMORY.rss });
  const figures: Record<string, unknown> = {
    memoryUsage: memory,
    cpuUsage: (before?: { user: number; system: number }) => ({
      user: micros() - (before?.user ?? 0),
      system: 0 - (before?.system ?? 0),
    }),
    uptime: () => engine.clock.tickMs() / 1000,
  };
  const target = process as unknown as Record<string, Method>;
  for (const [name, value] of Object.entries(figures)) {
    const original = target[name];
    const inSchedules = (...args: unknown[]): unknown =>
      engine.controlled ? (value as Method)(...args) : original.apply(process, args);
    replace(process, name, Object.assign(inSchedules, name === 'memoryUsage' ? { rss: memory.rss } : {}));
  }
  const { resourceUsage } = process;
  replace(process, 'resourceUsage', () => {
    const real = resourceUsage.call(process);
    if (!engine.controlled) return real;
    const none = Object.fromEntries(Object.keys(real).map((name) => [name, 0]));
    return { ...none, userCPUTime: micros(), maxRSS: MEMORY.rss / 1024 };
  });
}
