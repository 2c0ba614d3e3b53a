import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// The look at the end of a program of the corpus: it has printed what it prints under plain Node.js.

const recorded = join(import.meta.dirname, 'corpus', 'expected.json');
const expected = JSON.parse(readFileSync(recorded, 'utf8'));

/** @param {{ stdout: string }} end */
export function check({ stdout }) {
  const lines = stdout.split('\n');
  if (lines.at(-1) === '') lines.pop();
  deepEqual(lines, expected[basename(process.argv[1])].lines);
}
