import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { FrameMap } from '#src/mm/frame_map.js';

const FRAMES = 64;

describe('FrameMap', () => {
  it('takes a run exactly where every frame of it may be, whatever its alignment, and changes nothing else', () => {
    const step = fc.record({
      allocates: fc.boolean(),
      frame: fc.nat(FRAMES - 1),
      nframes: fc.integer({ min: 1, max: 40 }),
      cpu: fc.nat(125),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
        // The last four are never anybody's.
        map.add(0, FRAMES - 4, 3);
        const uses: string[] = Array.from({ length: FRAMES }, (_, f) =>
          f < FRAMES - 4 ? 'free' : 'unmanaged',
        );
        const cpus: number[] = Array.from({ length: FRAMES }, (_, f) => (f < FRAMES - 4 ? 3 : -1));
        for (const { allocates, frame, nframes, cpu } of steps) {
          const [from, to] = allocates ? ['free', 'allocated'] : ['allocated', 'free'];
          const run = uses.slice(frame, frame + nframes);
          const fits = run.length === nframes && run.every((use) => use === from);
          const act = () => (allocates ? map.allocate(frame, nframes, cpu) : map.free(frame, nframes, cpu));
          if (fits) {
            act();
            uses.fill(to, frame, frame + nframes);
            cpus.fill(cpu, frame, frame + nframes);
          } else if (!allocates || frame + nframes > FRAMES) {
            expect(act).toThrow();
          } else {
            // A wrong grant ends the run: what it leaves behind in the map does not matter.
            expect(act).toThrow();
            return;
          }
          expect(Array.from({ length: FRAMES }, (_, f) => map.use(f))).toEqual(uses);
          expect(Array.from({ length: FRAMES }, (_, f) => map.lastCpu(f))).toEqual(cpus);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('sees the one frame of a run that may not be, wherever in it, and names it', () => {
    const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
    map.add(0, FRAMES, 0);
    for (let nframes = 1; nframes <= 20; nframes++) {
      for (let frame = 8; frame < 12; frame++) {
        for (let bad = frame; bad < frame + nframes; bad++) {
          map.allocate(bad, 1, 1);
          expect(() => map.allocate(frame, nframes, 2)).toThrow(
            expect.objectContaining({ code: 'DoubleAlloc', frame: bad }),
          );
          // What the refused grant has marked is the run's beginning.
          for (let f = frame; f < frame + nframes; f++) if (map.use(f) === 'allocated') map.free(f, 1, 0);

          map.allocate(frame, nframes, 1);
          map.free(bad, 1, 1);
          expect(() => map.free(frame, nframes, 2)).toThrow(
            expect.objectContaining({ code: 'BadFree', frame: bad }),
          );
          expect(map.count('allocated')).toBe(nframes - 1);
          for (let f = frame; f < frame + nframes; f++) if (f !== bad) map.free(f, 1, 0);
        }
      }
    }
  });

  it('adds a run exactly where no frame of it was added, whatever its alignment, alone or not', () => {
    for (const alone of [true, false]) {
      for (let frame = 0; frame < 8; frame++) {
        for (let nframes = 1; nframes <= 20; nframes++) {
          for (let other = 0; other < 32; other++) {
            const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
            map.add(other, 1, 5);
            const act = () => map.add(frame, nframes, 3);
            const add = alone ? () => map.whileAlone(act) : act;
            const isFree = other < frame || other >= frame + nframes;
            if (isFree) add();
            else
              expect(add).toThrow(
                expect.objectContaining({
                  code: 'BadFree',
                  message: expect.stringContaining('was added before'),
                }),
              );
            const cpuOf = (f: number) =>
              f === other ? 5 : isFree && f >= frame && f < frame + nframes ? 3 : -1;
            for (let f = 0; f < 40; f++) {
              if (map.lastCpu(f) !== cpuOf(f)) expect.fail(`frame ${f} is CPU ${map.lastCpu(f)}'s`);
            }
          }
        }
      }
    }
  });

  it('is nobody’s alone once what runs alone has ended, or failed', () => {
    const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
    const exchange = vi.spyOn(Atomics, 'compareExchange');
    map.whileAlone(() => map.add(0, 8, 0));
    expect(exchange).not.toHaveBeenCalled();
    expect(() => map.whileAlone(() => map.add(0, 8, 0))).toThrow();
    map.add(8, 8, 0);
    expect(exchange).toHaveBeenCalledTimes(8);
    exchange.mockRestore();
  });

  it('refuses a run of no frames, and changes nothing', () => {
    const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
    map.add(0, FRAMES, 0);
    expect(() => map.allocate(5, 0, 1)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    expect(map.count('allocated')).toBe(0);
    map.allocate(0, 10, 1);
    expect(() => map.free(5, 0, 1)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    expect(map.count('allocated')).toBe(10);
  });
});
