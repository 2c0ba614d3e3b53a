import { fileURLToPath } from 'node:url';
import { scenario } from './paths.ts';

// Which scenarios of the tests are sound: in 5,000 schedules nothing is to be found (test/long/sound_scenarios.test.ts).
// sound_scenarios.test.ts fails for a scenario file that is in none of the lists below.

export interface Sound {
  /** The file below the scenarios of its folder. */
  readonly file: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly threads?: number;
}

const LOCKS = ['tas', 'ttas', 'ttas-backoff', 'ticket', 'mcs', 'park'];
const ALLOCATORS = ['global-buddy', 'bitmap', 'buddy'];

/** Below test/explore/scenarios. */
export const SOUND: readonly Sound[] = [
  // Two threads of it would write each other's bytes.
  { file: 'all-operations.mjs', threads: 1 },
  { file: 'asynchronous-timeout.mjs' },
  { file: 'asynchronous-timeout.mjs', query: { timer: '' } },
  { file: 'bounded-loop.mjs' },
  { file: 'deterministic.mjs' },
  { file: 'fifteen-steps.mjs' },
  ...['backoff', 'nested', 'parks'].map((kind) => ({ file: 'loops/retries.mjs', query: { kind } })),
  { file: 'loops/stuck.mjs', query: { how: 'deadline' } },
  { file: 'lost-update-mended.mjs' },
  { file: 'timeouts/hidden.mjs', query: { how: 'ok' } },
  { file: 'timeouts/says.mjs' },
  { file: 'fifteen-steps.mjs', threads: 3 },
  ...['tas', 'ttas', 'ticket', 'mcs', 'futex'].map((lock) => ({ file: `locks/${lock}.mjs` })),
  ...['spin', 'mutex', 'condition', 'queue', 'as-lock', 'as-queue', 'grow', 'posted'].map((name) => ({
    file: `wasm/${name}.mjs`,
  })),
  { file: 'wasm/queue.mjs', query: { producers: '2' } },
  ...LOCKS.map((kind) => ({ file: 'machine/lock.mjs', query: { kind } })),
  ...LOCKS.map((kind) => ({ file: 'machine/lock.mjs', query: { kind }, threads: 3 })),
  ...ALLOCATORS.map((allocator) => ({ file: 'machine/pool.mjs', query: { allocator } })),
  ...['sound', 'sound_lock'].map((bug) => ({ file: 'machine/planted.mjs', query: { bug } })),
  ...[
    'balancing',
    'barrier',
    'claim',
    'early_retirement',
    'hotplug',
    'reclaim',
    'recovery',
    'references',
    'slots',
    'stranger',
  ].map((name) => ({ file: `machine/${name}.mjs` })),
];

/** Published packages in which nothing is found: below test/third-party/scenarios. */
export const SOUND_PACKAGES: readonly Sound[] = [
  'multithreading-barrier',
  'multithreading-condvar',
  'multithreading-mutex',
  'multithreading-rwlock',
  'multithreading-semaphore-same',
  'ringbuf-spsc',
  'thread-stream-seqlock',
  'thread-stream-wait',
].map((name) => ({ file: `${name}.mjs` }));

/**
 * Where something must be found, or nothing can be said: files, and whole folders. A test of its own says of each what
 * it is. A sound scenario in such a folder goes into the list above all the same.
 */
export const FOUND: readonly string[] = [
  'asynchronous.mjs',
  'cases/',
  'causes/',
  'draws-and-clocks.mjs',
  'ends-its-process.mjs',
  'fixed-threads.mjs',
  'loads-so-often.mjs',
  'locks/split.mjs',
  'loops/',
  'lost-update.mjs',
  'machine/planted.mjs',
  'many-operations.mjs',
  'mapped/',
  'messages/',
  'outside/',
  'races/',
  'seen-in-passing.mjs',
  'several-bugs.mjs',
  'spoils-a-place.mjs',
  'stalls/',
  'timeouts/',
  'typescript/',
  'verdicts/',
  'wasm/',
];
export const FOUND_PACKAGES: readonly string[] = [
  'await-sync.mjs',
  'multithreading-semaphore.mjs',
  'ringbuf-two-producers.mjs',
  'sync-threads.mjs',
];

/** Parts of scenarios, and those that run whatever program a test hands to them. */
export const PARTS: readonly string[] = [
  'interpreter.mjs',
  'locks/exclusion.mjs',
  'locks/locks.mjs',
  'machine/small_machine.mjs',
  'program.mjs',
  'races/interpreter.mjs',
  'spinning.mjs',
  'wasm/choose.mjs',
];
export const PARTS_PACKAGES: readonly string[] = ['navigator.mjs'];

/** The folders of scenarios, each with what is in which list. */
export const FOLDERS = [
  { folder: scenario(''), sound: SOUND, found: FOUND, parts: PARTS },
  {
    folder: new URL('../third-party/scenarios/', import.meta.url),
    sound: SOUND_PACKAGES,
    found: FOUND_PACKAGES,
    parts: PARTS_PACKAGES,
  },
];

/** All that are sound, as `explore` takes them. */
export function soundScenarios(): { readonly name: string; readonly url: URL; readonly threads?: number }[] {
  return FOLDERS.flatMap(({ folder, sound }) =>
    sound.map(({ file, query = {}, threads }) => {
      const url = new URL(file, folder);
      for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
      const name = `${file}${url.search}${threads === undefined ? '' : `, ${threads} threads`}`;
      return { name, url, threads };
    }),
  );
}

/** Where a folder of scenarios is. */
export const pathOf = (folder: URL): string => fileURLToPath(folder);
