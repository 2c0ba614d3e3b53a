import { MACHINE, type Mutant, type MutantScenario, OWN } from './mutant.ts';

const parked: MutantScenario = { file: `${OWN}/parked.mjs` };
const boot: MutantScenario = { file: `${OWN}/boot.mjs` };
const HOTPLUG = ['cpu-hotplug', '--workers', '2', '--memory', '8MiB'];

/** Bugs in how CPUs come and go, and in the boot: `src/machine`. */
export const MACHINE_MUTANTS: readonly Mutant[] = [
  {
    name: 'cpu-claim-split',
    planted: 'a CPU’s state changes by a load and a store: two threads are one CPU',
    file: 'machine/cpu_table.js',
    from: 'return Atomics.compareExchange(this.words, this.at(cpu), from, to) === from;',
    to: 'return Atomics.load(this.words, this.at(cpu)) === from && Atomics.store(this.words, this.at(cpu), to) === to;',
    scenario: { file: `${MACHINE}/claim.mjs` },
    stress: HOTPLUG,
  },
  {
    name: 'detach-goes-first',
    planted: 'a CPU is offline before it has given back what it caches: another seizes it meanwhile',
    file: 'machine/machine.js',
    from: 'this.attached = false;\n        try {\n            this.allocator.flush?.();',
    to: 'this.attached = false; this.cpuTable.release(); this.cpuTable = { release() {} };\n        try {\n            this.allocator.flush?.();',
    scenario: { file: `${MACHINE}/reclaim.mjs`, races: true },
    stress: HOTPLUG,
  },
  {
    name: 'unpark-while-seized',
    planted: 'a CPU comes back online while another works on its caches',
    file: 'machine/cpu_table.js',
    from: 'if (word === from)\n                continue;',
    to: 'if (word === from || this.swap(this.self, word, CPU_ONLINE))\n                return;',
    scenario: { ...parked, races: true },
    stress: HOTPLUG,
  },
  {
    name: 'seizer-writes-back-online',
    planted: 'the end of a seizure stores the state from before it without looking',
    file: 'machine/cpu_table.js',
    from: 'if (this.swap(cpu, word, stateBefore(word)))\n                break;',
    to: 'if (this.swap(cpu, word, CPU_OFFLINE))\n                break;',
    scenario: parked,
    stress: HOTPLUG,
  },
  {
    name: 'seizure-seizes-online',
    planted: 'a running CPU can be seized',
    file: 'machine/cpu_table.js',
    from: 'const SEIZABLE = [CPU_OFFLINE, CPU_PARKED, CPU_DEAD];',
    to: 'const SEIZABLE = [CPU_OFFLINE, CPU_PARKED, CPU_DEAD, CPU_ONLINE];',
    scenario: { ...parked, races: true },
    stress: HOTPLUG,
  },
  {
    name: 'boot-step-twice',
    planted: 'a step of the boot is begun by a load and a store: two threads do it',
    file: 'machine/boot_phases.js',
    from: 'const found = Atomics.compareExchange(this.boot, BOOT.phase, from, from | IN_PROGRESS);',
    to: 'const found = Atomics.load(this.boot, BOOT.phase); if (found === from) Atomics.store(this.boot, BOOT.phase, from | IN_PROGRESS);',
    scenario: boot,
  },
  {
    name: 'boot-reached-early',
    planted: 'the boot has reached its step before the step is done',
    file: 'machine/boot_phases.js',
    from: 'let reached = from;\n        try {',
    to: 'let reached = from;\n        try { Atomics.store(this.boot, BOOT.phase, to);',
    scenario: { ...boot, races: true },
  },
  {
    name: 'hand-over-forgets-early',
    planted: 'the hand-over gives the global allocator what the early one gave out',
    file: 'machine/hand_over.js',
    from: 'without(usableMemory(regions), range1, range2)',
    to: 'without(usableMemory(regions), ...metadata)',
    scenario: { file: `${MACHINE}/early_retirement.mjs` },
  },
];
