import { MACHINE, type Mutant, type MutantScenario, OWN } from './mutant.ts';

const pool = (allocator: string): MutantScenario => ({
  file: `${MACHINE}/pool.mjs?allocator=${allocator}`,
  races: true,
});
const blocks = (allocator: string): MutantScenario => ({ file: `${OWN}/blocks.mjs?allocator=${allocator}` });
const balancing: MutantScenario = { file: `${MACHINE}/balancing.mjs` };
const reclaim: MutantScenario = { file: `${MACHINE}/reclaim.mjs` };
const churn = (allocator: string): readonly string[] => ['churn', '--workers', '2', '--allocator', allocator];
const PRESSURE = ['pressure', '--workers', '2', '--memory', '8MiB'];

/** Bugs in `src/allocators`. */
export const ALLOCATOR_MUTANTS: readonly Mutant[] = [
  {
    name: 'global-buddy-free-unlocked',
    planted: 'a free of global-buddy takes no lock',
    file: 'allocators/global_buddy.js',
    from: `this.lock.acquire(site);
        try {
            this.set.insertRun(addr / PAGE_SIZE, size / PAGE_SIZE);
        }
        finally {
            this.lock.release();
        }`,
    to: `{
            this.set.insertRun(addr / PAGE_SIZE, size / PAGE_SIZE);
        }



        `,
    scenario: pool('global-buddy'),
    stress: churn('global-buddy'),
  },
  {
    name: 'global-buddy-unlocks-early',
    planted: 'alloc of global-buddy releases the lock before it puts the rest of the chunk back',
    file: 'allocators/global_buddy.js',
    from: `            const rest = 2 ** order - frames;
            if (rest > 0)
                this.set.insertTail(frame + frames, rest);
            return frame * PAGE_SIZE;
        }
        finally {
            this.lock.release();
        }`,
    to: `            const rest = 2 ** order - frames; this.lock.release();
            if (rest > 0)
                this.set.insertTail(frame + frames, rest);
            return frame * PAGE_SIZE;
        }
        finally {
            if (this.lock.owner() === this.lock.cpu) this.lock.release();
        }`,
    scenario: { ...blocks('global-buddy'), races: true },
    stress: churn('global-buddy'),
  },
  {
    name: 'bitmap-count-outside',
    planted: 'a free of bitmap counts after the lock is released',
    file: 'allocators/bitmap.js',
    from: `            this.words[this.base + FREE_FRAMES] += count;
        }
        finally {
            this.lock.release();
        }`,
    to: `        }
        finally {
            this.lock.release();
            this.words[this.base + FREE_FRAMES] += count;
        }`,
    scenario: pool('bitmap'),
    stress: churn('bitmap'),
  },
  {
    name: 'bitmap-look-unlocked',
    planted: 'bitmap searches before it takes the lock: two find the same frame',
    file: 'allocators/bitmap.js',
    from: 'this.lock.acquire(CALL_SITE_ALLOC);\n        try {\n            if (frames > this.words[this.base + FREE_FRAMES])\n                return null;\n            const hint = this.words[this.base + HINT];\n            let frame = this.find(hint, this.frames, frames, alignFrames);',
    to: 'const hint = this.words[this.base + HINT];\n        let frame = this.find(hint, this.frames, frames, alignFrames);\n        this.lock.acquire(CALL_SITE_ALLOC); try {\n            if (frames > this.words[this.base + FREE_FRAMES])\n                return null;\n',
    scenario: { file: `${MACHINE}/pool.mjs?allocator=bitmap` },
    stress: churn('bitmap'),
  },
  {
    name: 'bitmap-count-off-by-one',
    planted: 'bitmap counts one frame too few when it gives out a run of several',
    file: 'allocators/bitmap.js',
    from: 'this.words[this.base + FREE_FRAMES] -= frames;',
    to: 'this.words[this.base + FREE_FRAMES] -= (frames + 1) >> 1;',
    scenario: blocks('bitmap'),
    stress: churn('bitmap'),
  },
  {
    name: 'merge-ignores-set',
    planted: 'a chunk coalesces with any free buddy of its order, even one in another CPU’s set',
    file: 'allocators/buddy/set.js',
    from: 'if (this.slots[(buddy << SHIFT) + FREE_CHUNK] !== this.tag + order + 1)\n                break;\n            this.unlink',
    to: 'if ((this.slots[(buddy << SHIFT) + FREE_CHUNK] & 0xff) !== order + 1)\n                break;\n            this.unlink',
    scenario: { file: `${OWN}/handed_on.mjs` },
    stress: churn('buddy'),
  },
  {
    name: 'merge-ignores-order',
    planted: 'a chunk coalesces with a buddy of its set whatever the buddy’s order is',
    file: 'allocators/buddy/set.js',
    from: 'if (this.slots[(buddy << SHIFT) + FREE_CHUNK] !== this.tag + order + 1)\n                break;\n            this.unlink',
    to: 'if ((this.slots[(buddy << SHIFT) + FREE_CHUNK] & ~0xff) !== this.tag)\n                break;\n            this.unlink',
    scenario: blocks('global-buddy'),
    stress: churn('global-buddy'),
  },
  {
    name: 'unlink-keeps-back-link',
    planted: 'taking a chunk out of a list leaves its successor linked back to it',
    file: 'allocators/buddy/set.js',
    from: 'slots[((next - 1) << SHIFT) + PREV] = prev;',
    to: ';',
    scenario: blocks('global-buddy'),
    stress: churn('global-buddy'),
  },
  {
    name: 'fetch-unlocked',
    planted: 'buddy takes chunks from the global pool without its lock',
    file: 'allocators/buddy/pools.js',
    from: `this.lock.acquire(CALL_SITE_ALLOC);
        try {
            for (; from >= order; from--) {`,
    to: `
        try {
            for (; from >= order; from--) {`,
    scenario: { ...balancing, races: true },
    stress: churn('buddy'),
  },
  {
    name: 'fetch-looks-first',
    planted:
      'buddy looks for the global pool’s largest chunk before it takes the lock, and takes it without looking again',
    file: 'allocators/buddy/pools.js',
    from: '        this.lock.acquire(CALL_SITE_ALLOC);\n        try {\n            for (; from >= order; from--) {\n                frame = this.global.take(from);',
    to: '        const head = this.global.words[this.global.base + 4 + from] - 1; this.lock.acquire(CALL_SITE_ALLOC);\n        try {\n            for (; from >= order; from--) {\n                frame = this.global.take(from); if (frame >= 0 && head >= 0 && from === order) frame = head;',
    scenario: balancing,
    stress: churn('buddy'),
  },
  {
    name: 'balance-unlocks-early',
    planted: 'chunks move to the global pool after the lock is released',
    file: 'allocators/buddy/pools.js',
    from: 'lock.acquire(site);\n        try {\n            for (let chunks = 0;',
    to: 'lock.acquire(site);\n        try {\n            lock.release(); for (let chunks = 0;',
    scenario: { ...balancing, races: true },
    stress: churn('buddy'),
  },
  {
    name: 'refill-twice',
    planted: 'a refill puts the block that it gives out into the cache as well',
    file: 'allocators/buddy/allocator.js',
    from: 'for (let i = blocks - 1; i >= 1; i--)\n                cache.push',
    to: 'for (let i = blocks - 1; i >= 0; i--)\n                cache.push',
    scenario: { file: `${MACHINE}/pool.mjs?allocator=buddy` },
    stress: churn('buddy'),
  },
  {
    name: 'drain-counts-one-short',
    planted: 'draining a cache leaves one drained block in it',
    file: 'allocators/buddy/cache.js',
    from: 'words[at] = length - count;\n        words.copyWithin(at + 1, at + 1 + count, at + 1 + length);',
    to: 'words[at] = length - count + 1;\n        words.copyWithin(at + 1, at + count, at + 1 + length);',
    scenario: balancing,
    stress: churn('buddy'),
  },
  {
    name: 'answer-loses-request',
    planted: 'a CPU answers and then clears the request by a store: one that came while it answered is lost',
    file: 'allocators/buddy/reclaim.js',
    from: 'while (Atomics.compareExchange(words, word, RECLAIM_ANSWERING, RECLAIM_NONE) !== RECLAIM_ANSWERING);',
    to: 'while (Atomics.store(words, word, RECLAIM_NONE) !== RECLAIM_NONE);',
    scenario: reclaim,
    equivalent:
      'what is freed to the asking CPU is what was held at the flush: a request that comes during it is answered by it, and the asker tries again',
  },
  {
    name: 'seized-without-claim',
    planted: 'a CPU empties another’s caches without seizing it first: the other runs at the same time',
    file: 'allocators/buddy/reclaim.js',
    from: 'const state = cpuStates.trySeize(other);',
    to: 'const state = Math.abs(cpuStates.trySeize(other));',
    scenario: { file: `${OWN}/parked.mjs`, races: true },
    stress: PRESSURE,
  },
  {
    name: 'reclaim-forgets-seized',
    planted: 'a CPU that was seized stays so: its thread waits for ever to come back',
    file: 'allocators/buddy/reclaim.js',
    from: 'cpuStates.unseize(other);',
    to: ';',
    scenario: { file: `${OWN}/parked.mjs` },
    stress: ['cpu-hotplug', '--workers', '2', '--memory', '8MiB'],
  },
];
