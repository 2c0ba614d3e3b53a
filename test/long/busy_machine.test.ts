import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beside, ROWS, sayings } from '../explore/busy_machine.ts';

// No verdict depends on load: an exploration says the same beside 20 processes that compute as beside none.

const BUSY = 20;
const TIMES = 43;
/** More of them take more of the cores from the others, so that the whole takes less time, and none of them is faster. */
const AT_ONCE = 12;

it(`beside ${BUSY} busy processes: ${ROWS.length * TIMES} explorations say what they say without`, async () => {
  expect(ROWS.length * TIMES).toBeGreaterThanOrEqual(300);
  const directory = mkdtempSync(join(tmpdir(), 'framelab-busy-'));
  try {
    const alone = await sayings(ROWS, 1, 1, directory);
    const busy = await beside(BUSY, () => sayings(ROWS, TIMES, AT_ONCE, directory));
    for (const row of ROWS) {
      expect(busy.get(row)).toEqual(alone.get(row));
      expect(busy.get(row)?.[0]).toMatch(new RegExp(`^exit ${row.code}: {`));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
