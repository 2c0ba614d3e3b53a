import { Host, Layout, Machine, MemoryRegion } from '#src/index.js';
import { anything, badNumbers, notFunctions, notNumbers, notObjects, notStrings } from '../bad_values.mjs';

const MIB = 2 ** 20;
const boot = (options) => Machine.boot({ memory: MIB, cpus: 1, ...options });
const off = (options) => Machine.powerOn({ memory: MIB, cpus: 2, ...options });
const parkedAnd = (step) => (w) => {
  w.machine.park();
  w.undo.push(() => w.machine.unpark());
  step(w.machine);
};
const notUndefined = (values) => values.filter(([label]) => label !== 'undefined');

export const neighbour = false;
export const rows = [
  ['boot with', (_, options) => Machine.boot(options), 'InvalidArgs', anything],
  [
    'boot with memory',
    (_, memory) => boot({ memory }),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers(MIB), ['0', 0]],
  ],
  [
    'boot with cpus',
    (_, cpus) => boot({ cpus }),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['0', 0], ['127', 127]],
  ],
  [
    'boot with map',
    (_, map) => boot({ map }),
    'InvalidArgs',
    notUndefined(anything).filter(([label]) => label !== 'null'),
  ],
  ['boot with no such map', () => boot({ map: 'huge' }), 'InvalidArgs'],
  ['boot with a map of', (_, region) => boot({ map: [region] }), 'InvalidArgs', anything],
  [
    'boot with a map that has nothing usable',
    () => boot({ map: [MemoryRegion.reserved(0, MIB)] }),
    'InvalidArgs',
  ],
  [
    'boot with an endless map',
    () =>
      boot({
        map: (function* () {
          for (;;) yield MemoryRegion.bad();
        })(),
      }),
    'InvalidArgs',
  ],
  [
    'boot with allocator',
    (_, allocator) => boot({ allocator }),
    'InvalidArgs',
    [
      ...notStrings.filter(([label]) => label !== 'null'),
      ['buddyy', 'buddyy'],
      ['a missing file', './no/such.js'],
      ['a bad URL', 'file://host/x.js'],
      ['nothing', ''],
    ],
  ],
  [
    'boot with lock',
    (_, lock) => boot({ lock }),
    'InvalidArgs',
    [
      ...notStrings.filter(([label]) => label !== 'null'),
      ['parkk', 'parkk'],
      ['a missing file', './no/such.js'],
      ['a bad URL', 'file://host/x.js'],
      ['nothing', ''],
    ],
  ],
  [
    'boot with params',
    (_, params) => boot({ params }),
    'InvalidArgs',
    [
      ['a number', 5],
      ['a string', 'cache1'],
      ['an array', [1]],
      ['an unknown name', { cache9: 1 }],
      ['a fraction', { cache1: 2.5 }],
      ['NaN', { cache1: Number.NaN }],
      ['a boxed number', { cache1: new Number(8) }],
      ['a huge number', { cache1: 1e9 }],
      ['null in it', { cache1: null }],
    ],
  ],
  [
    'boot with hotplug',
    (_, hotplug) => boot({ hotplug }),
    'InvalidArgs',
    [...badNumbers, ...notUndefined(notNumbers()).filter(([label]) => label !== 'null')],
  ],
  [
    'boot with log',
    (_, log) => boot({ log }),
    'InvalidArgs',
    [
      ['a number', 5],
      ['a function', () => {}],
      ['an info that is no function', { info: 5, debug() {} }],
    ],
  ],
  [
    'boot attached with',
    (_, options) => Machine.boot({ memory: MIB, cpus: 1 }, options),
    'InvalidArgs',
    notUndefined(notObjects),
  ],
  [
    'boot with decorateLock',
    (_, decorateLock) => Machine.boot({ memory: MIB, cpus: 1 }, { decorateLock }),
    'InvalidArgs',
    notFunctions,
  ],
  [
    'boot with decorateAllocator',
    (_, decorateAllocator) => Machine.boot({ memory: MIB, cpus: 1 }, { decorateAllocator }),
    'InvalidArgs',
    notFunctions,
  ],
  [
    'initEarlyAllocator twice',
    () => {
      const m = off();
      m.initEarlyAllocator();
      m.initEarlyAllocator();
    },
    'AlreadyInitialized',
  ],
  ['initMetadata first', () => off().initMetadata(), 'NotBooted'],
  ['init first', () => off().init(), 'NotBooted'],
  ['init twice', (w) => w.machine.init(), 'AlreadyInitialized'],
  ['earlyAlloc first', () => off().earlyAlloc(Layout.ofFrames(1)), 'EarlyAllocatorNotReady'],
  ['alloc before the hand-over', () => off().allocator.alloc(Layout.ofFrames(1)), 'NotBooted'],
  [
    'init while parked',
    () => {
      const m = off();
      m.initEarlyAllocator();
      m.initMetadata();
      m.park();
      m.init();
    },
    'CpuBusy',
  ],
  [
    'init by an observer',
    () => {
      const m = off();
      m.initEarlyAllocator();
      m.initMetadata();
      Machine.observe(m.handle).init();
    },
    'InvalidArgs',
  ],
  [
    'awaitBoot for',
    (w, ms) => w.machine.awaitBoot(ms),
    'InvalidArgs',
    [['NaN', Number.NaN], ['-1', -1], ...notUndefined(notNumbers(5))],
  ],
  ['awaitBoot of a machine that does not boot', () => off().awaitBoot(5), 'NotBooted'],
  [
    'awaitBoot of one that does not boot, for',
    (_, ms) => off().awaitBoot(ms),
    'InvalidArgs',
    [['NaN', Number.NaN], ['-1', -1], ...notUndefined(notNumbers(5))],
  ],
  ['awaitBoot while parked', parkedAnd((m) => m.awaitBoot()), 'CpuBusy'],
  [
    'awaitBoot after detach',
    (w) => {
      const other = Machine.attach(w.machine.handle, 2);
      other.detach();
      other.awaitBoot();
    },
    'CpuBusy',
  ],
  [
    'alloc after detach and awaitBoot',
    (w) => {
      const other = Machine.attach(w.machine.handle, 2);
      other.detach();
      try {
        other.awaitBoot();
      } catch {
        /* refused, as another case says */
      }
      other.allocator.alloc(Layout.ofFrames(1));
    },
    'CpuBusy',
  ],
  ['park twice', parkedAnd((m) => m.park()), 'CpuBusy'],
  ['unpark without park', (w) => w.machine.unpark(), 'CpuBusy'],
  ['park by an observer', (w) => Machine.observe(w.machine.handle).park(), 'CpuBusy'],
  [
    'detach twice',
    (w) => {
      const other = Machine.attach(w.machine.handle, 2);
      other.detach();
      other.detach();
    },
    'fine',
  ],
  [
    'markDead of',
    (w, cpu) => w.machine.markDead(cpu),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['itself', 0], ['3', 3], ['minus zero', -0]],
  ],
  [
    'cpuState of',
    (w, cpu) => w.machine.cpuState(cpu),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['3', 3], ['4', 4]],
  ],
  ['the lock named', (w, name) => w.machine.lock(name), 'InvalidArgs', [...notStrings, ['nope', 'nope']]],
  ['visitFree by', (w, visit) => w.machine.visitFree(visit), 'InvalidArgs', notFunctions],
  [
    'a host in',
    (_, buffer) => new Host(buffer),
    'InvalidArgs',
    [...anything, ['two words', new SharedArrayBuffer(8)]],
  ],
  ['a host for CPUs', (_, cpus) => Host.create(cpus), 'InvalidArgs', [...badNumbers, ...notNumbers(1)]],
  [
    'stop for',
    (w, reason) => w.machine.host.stop(reason),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['5', 5]],
  ],
  [
    'sleep for',
    (w, ms) => w.machine.host.sleep(ms),
    'InvalidArgs',
    [['NaN', Number.NaN], ['-1', -1], ...notNumbers(1)],
  ],
  [
    'beat of CPU',
    (w, cpu) => w.machine.host.beat(cpu, 1),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['3', 3]],
  ],
  [
    'heartbeat of CPU',
    (w, cpu) => w.machine.host.heartbeat(cpu),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['3', 3]],
  ],
];
