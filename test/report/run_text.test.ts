import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configurationLines } from '#src/report/figures/configuration_text.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { terminalReport } from '#src/report/text/run_text.js';
import { withLaterFields } from '#src/results/later_fields.js';
import type { Configuration, RunResult } from '#src/results/run_result.js';

const golden: RunResult = withLaterFields(
  JSON.parse(readFileSync(join(import.meta.dirname, 'golden/run.json'), 'utf8')),
);

/** A run in which nothing is as usual. */
const chosen: Configuration = {
  ...golden.configuration,
  workload: 'fragment',
  workloadParams: { live: 77 },
  mix: [{ frames: 5, weight: 1 }],
  workers: 7,
  durationMs: null,
  operations: 12_345,
  warmup: { operations: 678 },
  seed: 909,
  memoryBytes: 96 * 2 ** 20,
  map: 'pc',
  hotplugBytes: 24 * 2 ** 20,
  allocator: 'bitmap',
  params: { cache1: 32, keepFrames: 16 },
  lock: 'mcs',
  stats: 'counts',
  oracle: 'full',
  hangTimeoutMs: 77_000,
  injectDelay: { lock: 'global-pool', ns: 50_000 },
  faults: ['kill-worker@2s'],
  recover: true,
};

const EVERYTHING = [
  'fragment',
  '7 workers',
  '12,345 operations each',
  '678 operations',
  'seed 909',
  '96 MiB',
  'map pc',
  '24 MiB',
  'bitmap',
  'cache1=32',
  'keepFrames=16',
  'lock mcs',
  'statistics counts',
  'oracle full',
  'hang timeout',
  '50 us of delay injected at global-pool',
  'kill-worker@2s',
  'with recovery',
];

const run: RunResult = { ...golden, configuration: chosen };
const reports: [string, string, string][] = [
  ['terminal', terminalReport(run, { color: false, command: 'framelab' }), '\n\n'],
  ['Markdown', markdownReport(run), '\n## '],
  ['page', await htmlReport([run]), '<nav'],
];

describe('the header of a run’s report', () => {
  test.each(reports)('holds the whole configuration (%s)', (_, text, end) => {
    const header = text.slice(0, text.indexOf(end));
    for (const part of EVERYTHING) expect(header).toContain(part);
  });

  test('every field of a configuration changes it', () => {
    const before = configurationLines(golden.configuration).join('\n');
    const { seed: _, oversubscribed: __, ...rest } = chosen;
    for (const [name, value] of Object.entries(rest)) {
      // One bound only: either of the two says the other away.
      const both =
        name === 'operations' ? { durationMs: null } : name === 'durationMs' ? { operations: 9 } : {};
      const after = configurationLines({ ...golden.configuration, ...both, [name]: value }).join('\n');
      expect(after, name).not.toBe(before);
    }
  });

  test('names the values of options that vary', () => {
    const text = configurationLines(chosen, { workers: [1, 2, 4], lock: ['ttas', 'mcs'] }).join('\n');
    expect(text).toContain('1, 2, 4 workers');
    expect(text).toContain('lock ttas, mcs');
  });
});

describe('the boot', () => {
  const boot = {
    durationMs: 12.5,
    locks: [
      {
        name: 'early-allocator',
        kind: 'park',
        acquisitions: 5,
        contended: 0,
        holdTotalNs: 4000,
        holdMaxNs: 3000,
      },
      {
        name: 'global-pool',
        kind: 'park',
        acquisitions: 0,
        contended: 0,
        holdTotalNs: null,
        holdMaxNs: null,
      },
    ],
  };

  test('is in the terminal by the locks that it took', () => {
    const text = terminalReport({ ...golden, boot }, { color: false, command: 'framelab' });
    expect(text).toContain('At boot, in 12.5 ms: early-allocator taken 5 times and held 4 us.');
    expect(terminalReport(golden, { color: false, command: 'framelab' })).not.toContain('At boot');
  });

  test('is a table in Markdown and on a page, without the locks that it did not take', () => {
    const markdown = markdownReport({ ...golden, boot });
    expect(markdown).toContain('| early-allocator | 5 | 0 | 4 us | 3 us |');
    expect(markdown).not.toContain('| global-pool | 0 | 0 | - | - |');
    expect(htmlReport([{ ...golden, boot }])).toContain('<h3>Locks at boot</h3>');
    expect(htmlReport([golden])).not.toContain('Locks at boot');
  });
});

describe('what was chosen for the workload', () => {
  const mix = [
    { frames: 1, weight: 70 },
    { frames: 64, weight: 2 },
  ];
  const given = { ...golden.configuration, workloadParams: { live: 512 }, mix };

  test('stands beside its name', () => {
    expect(configurationLines(given)[0]).toContain(`workload ${given.workload} (live=512, mix 1:70,64:2), `);
    expect(configurationLines(golden.configuration)[0]).toContain(`workload ${given.workload}, `);
  });

  test('has rows in the table of the configuration, if there is something', () => {
    const markdown = markdownReport({ ...golden, configuration: given });
    expect(markdown).toContain('| parameters of the workload | {"live":512} |');
    expect(markdown).toContain('| sizes of blocks (frames:weight) | 1:70,64:2 |');
    expect(markdownReport(golden)).not.toContain('of the workload |');
  });
});

describe('rows of zeros', () => {
  const idle = { ...golden.configuration };
  const text = terminalReport({ ...golden, configuration: idle }, { color: false, command: 'framelab' });

  test('a lock that was never taken is named in a sentence', () => {
    expect(golden.locks.map(({ name }) => name)).toContain('early-allocator');
    expect(text).toContain('Not taken in the time measured: early-allocator.');
    expect(text).not.toMatch(/^ +early-allocator/m);
    expect(markdownReport(golden)).not.toMatch(/^\| early-allocator/m);
  });

  test('so is what an allocator never did, and a failure that never came has no row', () => {
    const markdown = markdownReport(golden);
    expect(golden.allocator.counters).toMatchObject({ reclaims: 0, noMemory: 0 });
    expect(markdown).toContain('Never: reclaims,');
    expect(markdown).not.toMatch(/^\| (reclaims|no memory)[^|]*\| 0 \|$/m);
    expect(markdown).toContain('| cache refills | 227 |');
  });
});

describe('allocations come first', () => {
  // As a workload may declare them: the other way round, and freeing is more common.
  const turned = { ...golden, operations: [...golden.operations].reverse() };

  test('in the tables', () => {
    const kinds = [...markdownReport(turned).matchAll(/^\| (alloc|dealloc|alloc-aligned)\b/gm)].map(
      (m) => m[1],
    );
    expect(kinds.indexOf('dealloc')).toBe(2);
  });

  test('and in the first figures of the page', async () => {
    const [dealloc, alloc] = ['dealloc', 'alloc'].map(
      (kind) => turned.operations.find((o) => o.kind === kind)!,
    );
    expect(dealloc.count).toBeGreaterThan(alloc.count);
    const page = await htmlReport([turned]);
    expect(page).toContain('<span>median alloc</span>');
    expect(page).not.toContain('<span>median dealloc</span>');
  });
});

test('no chart says that fewer than no frames were in use', async () => {
  const samples = Array.from({ length: 8 }, (_, i) => ({
    atMs: i * 50,
    operationsPerSecond: 1000,
    contendedPercent: 0,
    framesInUse: i - 5,
    fragmentation: 0.5,
  }));
  const page = await htmlReport([{ ...golden, timeline: { ...golden.timeline, samples } }]);
  expect(page).toContain('0 to 2 frames of 4 KiB');
  expect(page).not.toMatch(/-\d+ to \d+ frames/);
});
