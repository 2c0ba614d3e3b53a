import { Barrier, createLock, decorateLock, LockStatistics, lockBytes, lockKind } from '#src/index.js';
import { anything, badNumbers, notNumbers, notObjects, notStrings } from '../bad_values.mjs';

const words = (n = 64) => new SharedArrayBuffer(n * 4);
const make = (options, kind = 'park') =>
  createLock(kind, { buffer: words(4096), cpus: 2, cpu: 0, ...options });
const barrier = (options, at = 0, memory = new Int32Array(words())) =>
  new Barrier(memory, at, { parties: 2, ...options });
const statistics = (shape) =>
  LockStatistics.create({
    locks: [{ name: 'pool', kind: 'park', sites: ['other'] }],
    cpus: 2,
    level: 'full',
    ...shape,
  });
const KINDS = ['tas', 'ttas', 'ttas-backoff', 'ticket', 'mcs', 'park'].map((kind) => [kind, kind]);
const notUndefined = (values) => values.filter(([label]) => label !== 'undefined');

export const rows = [
  ['a lock of a kind, on', (_, site) => lockKind('mcs').create(site), 'InvalidArgs', anything],
  [
    'createLock of kind',
    (_, kind) => createLock(kind, { buffer: words(), cpus: 1, cpu: 0 }),
    'InvalidArgs',
    [...anything, ['nope', 'nope'], ['nothing', '']],
  ],
  ['createLock with', (_, options) => createLock('park', options), 'InvalidArgs', anything],
  [
    'a lock in buffer',
    (_, buffer) => make({ buffer }),
    'InvalidArgs',
    [...anything, ['no shared one', new ArrayBuffer(64)], ['an empty one', new SharedArrayBuffer(0)]],
  ],
  [
    'a lock in words',
    (_, w) => make({ words: w }),
    'InvalidArgs',
    [
      ...notUndefined(anything).filter(([label]) => label !== 'null'),
      ['not shared', new Int32Array(64)],
      ['bytes', new Uint8Array(words())],
    ],
  ],
  [
    'a lock at byte',
    (_, byteOffset) => make({ byteOffset }),
    'InvalidArgs',
    [...badNumbers, ...notUndefined(notNumbers(4)), ['2', 2], ['the end', 4096 * 4]],
  ],
  [
    'a lock for CPUs',
    (_, cpus) => make({ cpus }),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2), ['0', 0]],
  ],
  [
    'a lock of CPU',
    (_, cpu) => make({ cpu }),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== -1), ...notNumbers(1), ['-2', -2], ['2 of 2', 2]],
  ],
  [
    'a lock with timeout',
    (_, timeoutMs) => make({ timeoutMs }),
    'InvalidArgs',
    [['NaN', Number.NaN], ['0', 0], ['-1', -1], ...notUndefined(notNumbers(5))],
  ],
  ['a lock with watch', (_, watch) => make({ watch }), 'InvalidArgs', notUndefined(anything)],
  ['a lock named', (_, name) => make({ name }), 'InvalidArgs', notStrings],
  ['lockBytes of kind', (_, kind) => lockBytes(kind, 2), 'InvalidArgs', anything],
  [
    'lockBytes for',
    (_, cpus) => lockBytes('mcs', cpus),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2), ['0', 0]],
  ],
  [
    'lockKind',
    (_, name) => lockKind(name),
    'InvalidArgs',
    [...notStrings, ['nope', 'nope'], ['a missing file', './nope.js'], ['a bad URL', 'file://h/x']],
  ],
  ['release of a free lock of kind', (_, kind) => make({}, kind).release(), 'NotOwner', KINDS],
  [
    'acquire twice of a lock of kind',
    (_, kind) => {
      const lock = make({}, kind);
      lock.acquire();
      lock.acquire();
    },
    'Relock',
    KINDS,
  ],
  [
    'release of another’s lock of kind',
    (_, kind) => {
      const buffer = words(4096);
      make({ buffer }, kind).acquire();
      make({ buffer, cpu: 1 }, kind).release();
    },
    'NotOwner',
    KINDS,
  ],
  [
    'acquire by an observer of a lock of kind',
    (_, kind) => make({ cpu: -1 }, kind).acquire(),
    'InvalidArgs',
    KINDS,
  ],
  [
    'a wait that is too long for a lock of kind',
    (_, kind) => {
      const buffer = words(4096);
      make({ buffer }, kind).acquire();
      make({ buffer, cpu: 1, timeoutMs: 5 }, kind).acquire();
    },
    'LockTimeout',
    KINDS,
  ],
  [
    'acquire and release at call site',
    (_, site) => {
      const all = statistics({});
      const lock = all.instrument(make({ name: 'pool' }), 0);
      lock.acquire(site);
      lock.release();
      if (all.contention().acquisitions !== 1) throw new Error('not counted');
    },
    'fine',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'a barrier with',
    (_, options) => new Barrier(new Int32Array(words()), 0, options),
    'InvalidArgs',
    anything,
  ],
  [
    'a barrier of parties',
    (_, parties) => barrier({ parties }),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2), ['0', 0]],
  ],
  [
    'a barrier at word',
    (_, at) => barrier({}, at),
    'InvalidArgs',
    [...badNumbers, ...notUndefined(notNumbers(1)), ['64 of 64', 64]],
  ],
  [
    'a barrier on',
    (_, memory) => new Barrier(memory, 0, { parties: 2 }),
    'InvalidArgs',
    [...anything, ['words not shared', new Int32Array(8)]],
  ],
  [
    'a barrier with timeout',
    (_, timeoutMs) => barrier({ timeoutMs }).arriveAndWait(),
    'InvalidArgs',
    [['NaN', Number.NaN], ['0', 0], ['-1', -1], ...notUndefined(notNumbers(5))],
  ],
  ['a barrier with watch', (_, watch) => barrier({ watch }), 'InvalidArgs', notUndefined(anything)],
  ['a barrier that nobody else comes to', () => barrier({ timeoutMs: 5 }).arriveAndWait(), 'LockTimeout'],
  ['decorateLock of', (_, lock) => decorateLock(lock, 0, {}), 'InvalidArgs', anything],
  [
    'decorateLock for CPU',
    (_, cpu) => decorateLock(make(), cpu, {}),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers(1)],
  ],
  ['decorateLock with', (_, decorations) => decorateLock(make(), 0, decorations), 'InvalidArgs', notObjects],
  [
    'decorateLock with a delay of',
    (_, delayNs) => decorateLock(make(), 0, { delayNs }),
    'InvalidArgs',
    [
      ['NaN', Number.NaN],
      ['-1', -1],
      ['for ever', Number.POSITIVE_INFINITY],
      ['1e300', 1e300],
      ...notUndefined(notNumbers(5)),
    ],
  ],
  [
    'decorateLock with held',
    (_, held) => decorateLock(make(), 0, { held }),
    'InvalidArgs',
    [...notUndefined(anything), ['no word', { words: new Int32Array(4), at: 4 }]],
  ],
  [
    'decorateLock with statistics',
    (_, s) => decorateLock(make(), 0, { statistics: s }),
    'InvalidArgs',
    notUndefined(anything),
  ],
  ['LockStatistics.create', (_, shape) => LockStatistics.create(shape), 'InvalidArgs', anything],
  [
    'statistics for CPUs',
    (_, cpus) => statistics({ cpus }),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2), ['0', 0]],
  ],
  [
    'statistics at level',
    (_, level) => statistics({ level }),
    'InvalidArgs',
    [...notStrings, ['all', 'all']],
  ],
  [
    'statistics of locks',
    (_, locks) => statistics({ locks }),
    'InvalidArgs',
    [
      ...notObjects,
      ['nothing', [null]],
      ['no name', [{ sites: ['x'] }]],
      ['no sites', [{ name: 'a', sites: [] }]],
      [
        'one name',
        [
          { name: 'a', sites: ['x'] },
          { name: 'a', sites: ['x'] },
        ],
      ],
    ],
  ],
  [
    'LockStatistics.attach',
    (_, handle) => LockStatistics.attach(handle),
    'InvalidArgs',
    [...anything, ['a memory too small', { ...statistics({}).handle, buffer: new SharedArrayBuffer(8) }]],
  ],
  ['instrument of', (_, lock) => statistics({}).instrument(lock, 0), 'InvalidArgs', anything],
  [
    'instrument for CPU',
    (_, cpu) => statistics({}).instrument(make({ name: 'pool' }), cpu),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['2', 2]],
  ],
  [
    'a cell of lock',
    (_, name) => statistics({}).cell(name, 0, 0),
    'InvalidArgs',
    [...notStrings, ['nope', 'nope']],
  ],
  [
    'a cell of CPU',
    (_, cpu) => statistics({}).cell('pool', cpu, 0),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['2', 2]],
  ],
  [
    'a cell of site',
    (_, site) => statistics({}).cell('pool', 0, site),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(0), ['1', 1]],
  ],
];
