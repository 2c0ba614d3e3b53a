// Repeats every planted bug, each time with another seed, and prints how often it was caught and how fast:
//
//   node test/planted/repeat.mjs [times, 10 unless given] [part of a bug's name]

import { CONTROLS, PLANTS } from './plants.js';
import { isCaught, runPlanted } from './run_planted.js';

const times = Number(process.argv[2] ?? 10);
const wanted = process.argv[3] ?? '';
let missed = 0;

for (const plant of [...PLANTS, ...CONTROLS].filter((each) => each.bug.includes(wanted))) {
  let caught = 0;
  let slowestMs = 0;
  /** @type {Map<string, number>} */
  const named = new Map();
  for (let seed = 1; seed <= times; seed++) {
    const report = await runPlanted(plant, seed);
    if (isCaught(plant, report)) caught++;
    else if (missed++ < 3) console.log(`  seed ${seed}: exit ${report.exit}\n${report.text.slice(-2000)}`);
    slowestMs = Math.max(slowestMs, report.ms);
    const name = report.symptoms[0] ?? `exit ${report.exit}`;
    named.set(name, (named.get(name) ?? 0) + 1);
  }
  const symptoms = [...named].map(([name, count]) => `${name} ${count}`).join(', ');
  const what =
    plant.bug === 'none' ? `sound (${plant.workload}, ${plant.lock ? 'lock' : 'allocator'})` : plant.bug;
  console.log(`${what}: ${caught} of ${times}, slowest ${(slowestMs / 1000).toFixed(1)} s, as ${symptoms}`);
}
process.exitCode = missed === 0 ? 0 : 1;
