import { MACHINE, type Mutant, type MutantScenario, OWN } from './mutant.ts';

const references: MutantScenario = { file: `${MACHINE}/references.mjs` };
const stranger: MutantScenario = { file: `${MACHINE}/stranger.mjs` };
const claims: MutantScenario = { file: `${OWN}/claims.mjs` };
const unique: MutantScenario = { file: `${OWN}/unique.mjs` };
const typed: MutantScenario = { file: `${OWN}/typed.mjs` };
const REFCOUNT = ['refcount', '--workers', '2', '--workload-param', 'slots=1'];

const FILE = 'mm/frame/slot_references.js';

/** Bugs in the metadata of frames: `src/mm`. */
export const METADATA_MUTANTS: readonly Mutant[] = [
  {
    name: 'clone-split',
    planted: 'one more reference is a load and a store: a reference of another thread is lost',
    file: FILE,
    from: 'const before = Atomics.add(words, slot, 1);',
    to: 'const before = Atomics.load(words, slot); Atomics.store(words, slot, before + 1);',
    scenario: references,
    stress: REFCOUNT,
  },
  {
    name: 'drop-split',
    planted: 'a drop that is not the last stores what it saw less one: a reference of another thread is lost',
    file: FILE,
    from: 'const before = Atomics.compareExchange(words, slot, seen, left === FREED ? UNUSED : seen - 1);',
    to: 'const before = Atomics.store(words, slot, left === FREED ? UNUSED : seen - 1) < 0 ? 0 : seen;',
    scenario: references,
    stress: REFCOUNT,
  },
  {
    name: 'count-dropped-twice',
    planted: 'a drop of one of several references counts two',
    file: FILE,
    from: 'left === FREED ? UNUSED : seen - 1);',
    to: 'left === FREED ? UNUSED : seen - (seen > ONE + 1 ? 2 : 1));',
    scenario: references,
    stress: REFCOUNT,
  },
  {
    name: 'last-drop-unchecked',
    planted:
      'the last reference is taken for the last by a look: one that was taken meanwhile is of a free frame',
    file: FILE,
    from: 'type === 0 && Atomics.compareExchange(words, slot, ONE, UNUSED) === ONE',
    to: 'type === 0 && Atomics.load(words, slot) === ONE && Atomics.store(words, slot, UNUSED) === UNUSED',
    scenario: stranger,
    stress: REFCOUNT,
  },
  {
    name: 'acquire-unused',
    planted:
      'a reference by address counts up what it saw, in use or not: a frame is in use that is being freed',
    file: FILE,
    from: 'const before = Atomics.compareExchange(words, slot, seen, seen + 1);\n        if (before === seen)\n            return;',
    to: 'const before = Atomics.add(words, slot, 1);\n        if (before >= 0)\n            return;',
    scenario: stranger,
    stress: REFCOUNT,
  },
  {
    name: 'claim-split',
    planted: 'a frame’s slot is claimed by a load and a store: two have it',
    file: FILE,
    from: 'const seen = Atomics.compareExchange(words, slot, UNUSED, isPlain ? state : BUSY);',
    to: 'const seen = Atomics.load(words, slot); if (seen === UNUSED) Atomics.store(words, slot, isPlain ? state : BUSY);',
    scenario: claims,
  },
  {
    name: 'segment-claim-split',
    planted: 'the frames of a segment are claimed by a load and a store: two segments have one',
    file: FILE,
    from: 'return Atomics.compareExchange(slots.words, frame << SHIFT, UNUSED, ONE);',
    to: 'const seen = Atomics.load(slots.words, frame << SHIFT); if (seen === UNUSED) Atomics.store(slots.words, frame << SHIFT, ONE); return seen;',
    scenario: { file: `${OWN}/segments.mjs` },
  },
  {
    name: 'segment-claim-kept',
    planted: 'a segment that is refused keeps the frames that it had claimed before',
    file: 'mm/frame/claim_range.js',
    from: 'unclaim(machine, first, frame, false);\n        return stateError',
    to: '\n        return stateError',
    scenario: { file: `${OWN}/segments.mjs` },
  },
  {
    name: 'published-unbuilt',
    planted: 'a frame is in use before its metadata is written',
    file: FILE,
    from: 'writeMeta(words, slot, meta);\n    Atomics.store(words, slot, state);',
    to: 'Atomics.store(words, slot, state);\n    writeMeta(words, slot, meta);',
    scenario: { ...typed, races: true },
  },
  {
    name: 'not-busy-while-built',
    planted: 'a slot is not marked busy while its metadata is built',
    file: FILE,
    from: 'UNUSED, isPlain ? state : BUSY);',
    to: 'UNUSED, state);',
    scenario: { ...typed, races: true },
  },
  {
    name: 'torn-down-after-free',
    planted: 'a frame is unused before its metadata is torn down',
    file: FILE,
    from: 'words[slot + META_TYPE] = 0;\n        Atomics.store(words, slot, UNUSED);',
    to: 'Atomics.store(words, slot, UNUSED);\n        words[slot + META_TYPE] = 0;',
    scenario: { ...typed, races: true },
    equivalent:
      'whoever claims the slot has to be given the frame by the allocator, and it is freed only after the tear-down',
  },
  {
    name: 'unique-by-a-look',
    planted:
      'a frame is made its owner’s alone by a look at the count and a store: a reference taken meanwhile is lost',
    file: 'mm/frame/unique_frame.js',
    from: 'const state = Atomics.compareExchange(machine.slots.words, slot, REF_ONE, REF_UNIQUE);',
    to: 'const state = Atomics.load(machine.slots.words, slot); if (state === REF_ONE) Atomics.store(machine.slots.words, slot, REF_UNIQUE);',
    scenario: unique,
  },
  {
    name: 'unique-is-counted',
    planted: 'a reference by address is given of a frame that another owns alone',
    file: FILE,
    from: 'if (!isCount(seen))\n            throwState(frame, seen);\n        if (seen >= MAX)\n            throwOverflow(frame);',
    to: 'if (!isCount(seen) && seen !== UNIQUE)\n            throwState(frame, seen);\n        if (seen >= MAX)\n            return;',
    scenario: unique,
  },
  {
    name: 'list-id-split',
    planted: 'the id of a list is drawn by a load and a store: two lists have the same',
    file: 'mm/frame/linked_list.js',
    from: 'const id = Atomics.add(this.slots, LIST_ID_WORD, 1) + 1;',
    to: 'const id = Atomics.load(this.slots, LIST_ID_WORD) + 1; Atomics.store(this.slots, LIST_ID_WORD, id);',
    scenario: { file: `${OWN}/lists.mjs` },
  },
  {
    name: 'list-node-left-linked',
    planted: 'a frame that is taken out of a list still says that it is in it',
    file: 'mm/frame/linked_list.js',
    from: 'Atomics.store(this.slots, slot + SLOT.inList, 0);',
    to: ';',
    scenario: { file: `${OWN}/lists.mjs` },
    stress: ['lru', '--workers', '2'],
  },
  {
    name: 'map-claim-split',
    planted: 'memory is added by a load and a store: the same memory is added twice',
    file: 'mm/frame_map.js',
    from: 'if (Atomics.compareExchange(this.bytes, f, FRAME_UNMANAGED, cpu + 1) !== FRAME_UNMANAGED) {',
    to: 'if (Atomics.load(this.bytes, f) !== FRAME_UNMANAGED || Atomics.store(this.bytes, f, cpu + 1) < 0) {',
    scenario: { file: `${MACHINE}/hotplug.mjs` },
    stress: ['hotplug', '--workers', '2', '--hotplug', '64MiB'],
  },
  {
    name: 'early-unlocked',
    planted: 'the early allocator gives frames without its lock',
    file: 'mm/boot/early_allocator.js',
    from: 'this.lock.acquire();\n        try {\n            this.assertReady();\n            return earlyBump(this.words, this.base, layout);\n        }\n        finally {\n            this.lock.release();',
    to: '\n        try {\n            this.assertReady();\n            return earlyBump(this.words, this.base, layout);\n        }\n        finally {\n            ',
    scenario: { file: `${MACHINE}/early_retirement.mjs`, races: true },
  },
  {
    name: 'early-retirement-unchecked',
    planted: 'the early allocator looks whether it is retired only before it takes its lock',
    file: 'mm/boot/early_allocator.js',
    from: 'this.assertReady();\n            return earlyBump(',
    to: '\n            return earlyBump(',
    scenario: { file: `${MACHINE}/early_retirement.mjs` },
  },
];
