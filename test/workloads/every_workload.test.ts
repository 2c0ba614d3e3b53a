import { describe, expect, test } from 'vitest';
import { workloads } from '#src/lab/workloads/registry.js';
import { Random } from '#src/platform/random.js';
import { type Part, parts } from './context.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Lets random workers step, `steps` times in all: an interleaving of whole steps, chosen by `seed`. */
function interleave(all: readonly Part[], steps: number, seed: number): void {
  const random = new Random(seed);
  for (let i = 0; i < steps; i++) all[random.below(all.length)].step();
}

function finish(all: readonly Part[]): void {
  for (const part of all) part.finish();
}

/** Bytes that are allocated before any workload runs: the frames of the metadata slots and the like. */
function expectAllBack(all: readonly Part[], before: number): void {
  for (const part of all) part.detach();
  const audit = all[0].machine.audit();
  expect(audit.problems).toEqual([]);
  expect(audit.allocatedBytes).toBe(before);
}

for (const workload of workloads()) {
  describe(`workload ${workload.name}`, () => {
    test.each(['buddy', 'global-buddy', 'bitmap'])('gives everything back to %s', (allocator) => {
      for (const workers of [1, 3]) {
        const all = parts(workload, { workers, memory: 4 * MIB, allocator });
        const before = all[0].machine.audit().allocatedBytes;
        interleave(all, 200 * workers, 7);
        finish(all);
        expectAllBack(all, before);
        for (const part of all) {
          expect(part.recorder.ended).toEqual(part.recorder.begun);
          expect(part.recorder.ended[0]).toBeGreaterThan(0);
        }
      }
    });

    test('runs where there is hardly any memory, with eight workers', () => {
      for (const allocator of ['buddy', 'global-buddy', 'bitmap']) {
        const all = parts(workload, { workers: 8, memory: 512 * KIB, allocator });
        const before = all[0].machine.audit().allocatedBytes;
        interleave(all, 400, 11);
        finish(all);
        expectAllBack(all, before);
      }
    });

    test('draws the same for a seed, whatever the others do and however much memory there is', () => {
      const roomy = parts(workload, { workers: 2, seed: 5, memory: 8 * MIB });
      for (let i = 0; i < 60; i++) roomy[0].step();
      for (let i = 0; i < 60; i++) roomy[1].step();

      const short = parts(workload, { workers: 2, seed: 5, memory: 512 * KIB, allocator: 'bitmap' });
      const drawn = [0, 0];
      for (let i = 0; i < 60; i++) {
        for (const worker of [1, 0]) {
          short[worker].step();
          if (i === 0) drawn[worker] = short[worker].random.draws.length;
        }
      }

      for (const worker of [0, 1]) {
        const [one, other] = [short[worker].random.draws, roomy[worker].random.draws];
        // Who waits for an idle CPU to park draws nothing meanwhile: as far as both came, they came the same way.
        const both = workload.name === 'pressure-idle' ? Math.min(one.length, other.length) : one.length;
        expect(one.slice(0, both)).toEqual(
          other.slice(0, workload.name === 'pressure-idle' ? both : undefined),
        );
        // A fixed number for each step: so the n-th step of every run begins with the same draw.
        expect(one.length % Math.max(1, drawn[worker])).toBe(0);
      }
      finish(roomy);
      finish(short);
    });

    test('gives back what it holds after a step that threw', () => {
      for (const failing of [0, 1, 7, 50, 211]) {
        const all = parts(workload, { workers: 2, memory: 4 * MIB });
        const before = all[0].machine.audit().allocatedBytes;
        // Frames and segments ask by frame number, and so does `alloc`. A part is parked between its steps.
        all[0].machine.unpark();
        const inner = all[0].machine.frameAllocator;
        all[0].machine.park();
        const alloc = inner.allocFrames.bind(inner);
        let allocs = 0;
        inner.allocFrames = (layout) => {
          if (allocs++ === failing) throw new Error('planted');
          return alloc(layout);
        };
        expect(() => interleave(all, 2000, failing)).toThrow('planted');
        finish(all);
        expectAllBack(all, before);
      }
    });

    test('can finish before it begins, and in any order', () => {
      const all = parts(workload, { workers: 3, memory: 4 * MIB });
      const before = all[0].machine.audit().allocatedBytes;
      all[1].finish();
      interleave([all[0], all[2]], 100, 3);
      all[2].finish();
      interleave([all[0]], 50, 3);
      all[0].finish();
      expectAllBack(all, before);
    });
  });
}
