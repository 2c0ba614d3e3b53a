// Runs programs of the corpus again and again under this Node.js, and writes what they print to expected.json:
//   node record.mjs [--runs 30] [--at-once 2] [--check] [NAME...]
// A program that does not do the same every time is named and not recorded, and the exit code is 1. With --check nothing
// is written: the runs are compared with the file. Programs that need a newer Node.js keep what the file says of them:
// run this again with such a one.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS, programs, runNatively, runsHere } from '../native.mjs';

const FILE = join(CORPUS, 'expected.json');

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    'at-once': { type: 'string', default: '2' },
    check: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const runs = Number(values.runs);
const known = readExpected();
const wanted = (positionals.length > 0 ? positionals : programs()).filter(runsHere);
const wrong = new Set();
const recorded = {};

// All programs once, then all again: what depends on the machine's load has more chances to show.
for (let run = 0; run < runs; run++) {
  const queue = [...wanted];
  const work = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const before = values.check ? known[name] : recorded[name];
      const outcome = await runNatively(name);
      recorded[name] = before ?? outcome;
      if (JSON.stringify(recorded[name]) === JSON.stringify(outcome) && outcome.exit !== null) continue;
      if (!wrong.has(name)) console.log(`${name} differs in run ${run}:`, recorded[name], outcome);
      wrong.add(name);
    }
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work));
  console.error(`run ${run + 1}: ${wrong.size} differ`);
}

console.log(`${wanted.length} programs, ${runs} runs each, ${process.version}: ${wrong.size} differ`);
if (wrong.size > 0) process.exitCode = 1;
if (!values.check) {
  for (const name of wrong) delete recorded[name];
  const all = { ...known, ...recorded };
  const there = programs().filter((name) => name in all && !wrong.has(name));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(there.map((n) => [n, all[n]])), null, 2)}\n`);
}

function readExpected() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
