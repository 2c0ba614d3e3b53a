import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beside, ROWS, sayings } from './busy_machine.ts';

// A small part of test/long/busy_machine.test.ts.

it('beside 4 busy processes: every exploration says what it says a second time', {
  timeout: 10 * 60_000,
}, async () => {
  const rows = [ROWS[0], ROWS[3], ROWS[6]];
  const directory = mkdtempSync(join(tmpdir(), 'framelab-busy-'));
  try {
    const said = await beside(4, () => sayings(rows, 2, 2, directory));
    for (const row of rows) {
      expect(said.get(row)).toHaveLength(1);
      expect(said.get(row)?.[0]).toMatch(new RegExp(`^exit ${row.code}: {`));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
