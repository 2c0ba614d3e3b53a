import { describe, expect, test } from 'vitest';
import { CONTROLS, PLANTS } from './plants.js';
import { isCaught, runPlanted } from './run_planted.js';

describe('framelab run', () => {
  for (const plant of PLANTS) {
    test(`catches ${plant.bug}`, async () => {
      const report = await runPlanted(plant, 1);
      expect(report.exit, report.text).toBe(plant.exit);
      expect(isCaught(plant, report), report.text).toBe(true);
    });
  }

  for (const control of CONTROLS) {
    const what = control.lock === undefined ? 'allocator' : 'lock';
    const oracle = control.oracle ?? 'the default';
    test(`accuses no sound ${what} in the same runs (${control.workload}, ${oracle} oracle)`, async () => {
      const report = await runPlanted(control, 1);
      expect(report.exit, report.text).toBe(0);
      expect(report.symptoms).toEqual([]);
    });
  }
});
