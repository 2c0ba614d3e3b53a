import { describe, expect, test } from 'vitest';
import { MetadataLives } from '#src/lab/workloads/metadata_lives.js';
import { Machine } from '#src/machine/machine.js';

function lives(): MetadataLives {
  const machine = Machine.boot({ memory: 2 ** 20, cpus: 1 });
  return new MetadataLives(machine, new Int32Array(5 + MetadataLives.words(machine.frames)), 5);
}

const violation = (message: RegExp) =>
  expect.objectContaining({
    breach: expect.objectContaining({ symptom: 'metadata-drop', message: expect.stringMatching(message) }),
  });

describe('the lives of metadata', () => {
  test('are sound if each begins and ends in turn', () => {
    const all = lives();
    for (let i = 0; i < 3; i++) {
      all.begin(7);
      all.end(7);
    }
    expect(all.leave({ workers: 2, deaths: 0 })).toBe(false);
    expect(all.leave({ workers: 2, deaths: 0 })).toBe(true);
  });

  test('end once', () => {
    const all = lives();
    all.begin(7);
    all.end(7);
    expect(() => all.end(7)).toThrow(violation(/^frame 7 at 0x7000 has its metadata dropped, but had none/));
  });

  test('end before the next begins', () => {
    const all = lives();
    all.begin(7);
    expect(() => all.begin(7)).toThrow(violation(/^frame 7 at 0x7000 got new metadata, but its last/));
  });

  test('have all ended when the last worker leaves', () => {
    const all = lives();
    for (const frame of [9, 200, 3]) all.begin(frame);
    expect(all.leave({ workers: 2, deaths: 0 })).toBe(false);
    expect(() => all.leave({ workers: 2, deaths: 0 })).toThrow(
      violation(
        /^frame 3 at 0x3000 was given up, but its metadata was never dropped; so it is with 3 frames$/,
      ),
    );
  });

  test('may never end where workers died', () => {
    const all = lives();
    all.begin(9);
    expect(all.leave({ workers: 1, deaths: 1 })).toBe(true);
  });

  test('are found by the machine’s RAM, from any of its CPUs', () => {
    const first = Machine.boot({ memory: 2 ** 20, cpus: 2 });
    const second = Machine.attach(first.handle, 1);
    const made = new MetadataLives(first, new Int32Array(MetadataLives.words(first.frames)), 0);
    expect(MetadataLives.of(second)).toBe(made);
    expect(MetadataLives.of(Machine.boot({ memory: 2 ** 20, cpus: 1 }))).toBeUndefined();
  });
});
