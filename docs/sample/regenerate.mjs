// Writes the sample reports anew, from real runs on this machine: `npm run sample`. Takes some minutes: each run warms up.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const main = join(here, '../../dist/src/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'framelab-sample-'));

function framelab(...args) {
  execFileSync(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

try {
  const run = join(folder, 'run.json');
  framelab('run', 'churn', '--duration', '5s', '--memory', '64MiB', '--stats', 'full', '--seed', '20', '--quiet', '--json', run);
  const sweep = join(folder, 'sweep.json');
  framelab('run', 'churn', '--workers', '1,2,4', '--lock', 'ttas,mcs,park', '--allocator', 'buddy,global-buddy',
    '--repeat', '5', '--operations', '150000', '--seed', '20', '--quiet', '--json', sweep);
  for (const [result, name] of [[run, 'run'], [sweep, 'sweep']]) {
    framelab('report', result, '--output', join(here, `${name}.html`));
    framelab('report', result, '--output', join(here, `${name}.md`));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
