import { cpus, loadavg } from 'node:os';
import { allocatorTypes } from '../../src/allocators/registry.ts';
import { workloads } from '../../src/lab/workloads/registry.ts';
import { callText } from './options.ts';
import type { RoundFigures, SoakOptions, SoakResult } from './soak.ts';
import { slopePerMinute } from './vitals.ts';

const MINUTE_MS = 60_000;

/** The soak as a page, as it ran. @param commit short, or null if unknown */
export function soakPage(options: SoakOptions, result: SoakResult, commit: string | null): string {
  const { drift, rounds, vitals, minutes } = result;
  const load = loadavg()
    .map((each) => each.toFixed(1))
    .join(', ');
  const first = vitals[0];
  const last = vitals[vitals.length - 1];
  return `# Soak

Written by \`${callText(options)}\` on ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${commit ?? 'unknown'}, Node ${process.versions.node}, ${cpus().length} cores, load ${load} at the end.

All workloads with all allocators in turn, each run with injected faults and \`--recover\`, ${options.workers} workers on ${cpus().length} cores, ${options.memory / 2 ** 20} MiB of RAM, so that it is nearly full. After each run: no frame may be missing, no lock held, the audit sound, and the process must not grow.

**${drift.length === 0 ? 'Nothing drifted' : `${drift.length} findings`}** in ${minutes.toFixed(1)} minutes and ${rounds.length} runs.

${drift.map((each) => `- ${each}\n`).join('')}
| | |
|---|---:|
${rowsOf(rounds)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join('\n')}
| heap after the first run and the last | ${mib(first.heapBytes)} and ${mib(last.heapBytes)} MiB |
| its slope | ${mib(slopePerMinute(vitals, ({ heapBytes }) => heapBytes))} MiB a minute |
| resident memory after the first run and the last | ${mib(first.rssBytes)} and ${mib(last.rssBytes)} MiB |
| its slope | ${mib(slopePerMinute(vitals, ({ rssBytes }) => rssBytes))} MiB a minute |
| active handles | ${first.handles} and ${last.handles} |
| listeners of the process | ${first.listeners} and ${last.listeners} |
| operations a second in the first minute and the last | ${inMinute(rounds, 0)} and ${inMinute(rounds, Math.max(0, last.atMs - MINUTE_MS))} |

Rates of different minutes are of different workloads, and other work ran beside.
`;
}

/** What all rounds did, by name. */
function rowsOf(rounds: readonly RoundFigures[]): readonly (readonly [string, string])[] {
  const sum = (read: (each: RoundFigures) => number) => rounds.reduce((total, each) => total + read(each), 0);
  const free = rounds
    .flatMap(({ freeShare }) => (freeShare === null ? [] : [freeShare]))
    .sort((a, b) => a - b);
  const operations = sum((each) => each.operations);
  return [
    [
      'combinations of workload and allocator',
      `${new Set(rounds.map(({ key }) => key)).size} of ${workloads().length * allocatorTypes().length}`,
    ],
    ['operations', operations.toLocaleString('en')],
    [
      'of them without memory',
      `${((sum((each) => each.noMemory) / Math.max(1, operations)) * 100).toFixed(1)} %`,
    ],
    [
      'memory free in the middle of a run, median',
      free.length === 0 ? 'unknown' : percent(free[free.length >> 1]),
    ],
    ['faults', `${sum((each) => each.faults)}`],
    ['not reached', `${sum((each) => each.notReached)}`],
    ['deaths', `${sum((each) => each.deaths)}`],
    ['recovered', `${sum((each) => each.recovered)}`],
    ['frames that came back', sum((each) => each.framesReturned).toLocaleString('en')],
    ['frames out with the dead, by number', sum((each) => each.framesOut).toLocaleString('en')],
  ];
}

/** Operations a second of the rounds that ended in the minute from then. */
function inMinute(rounds: readonly RoundFigures[], fromMs: number): string {
  const its = rounds.filter(({ atMs }) => atMs >= fromMs && atMs <= fromMs + MINUTE_MS + 1000);
  const ms = its.reduce((sum, each) => sum + each.measuredMs, 0);
  const operations = its.reduce((sum, each) => sum + each.operations, 0);
  return ms === 0 ? 'none' : Math.round((operations / ms) * 1000).toLocaleString('en');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2);
}
