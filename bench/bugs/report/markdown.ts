import { LESS_WITH_THREADS } from '../measure/many_threads.ts';
import type { FixedRun } from '../measure/search_program.ts';
import type { SoundRun } from '../measure/sound_scenario.ts';
import { PROGRAMS } from '../programs/registry.ts';
import {
  FEWER_SEEDS,
  foundText,
  intervalText,
  meanText,
  publishedText,
  rounded,
  strategiesOf,
} from './cells.ts';
import { bestPublished, type SearchRow } from './figures.ts';
import { firstText, type MutantRow, stressText } from './mutant_rows.ts';
import type { BugsResult } from './result.ts';

/** The result as a page of the documentation. */
export function markdownOf(result: BugsResult): string {
  const { rows, fixed, sound, mutants, failures, behind } = result;
  const parts = [
    '# Evidence: what the explorer finds, and what it never cries',
    `Written by \`npm run bench:bugs\`; not to be edited by hand.`,
    machine(result),
    failures.length === 0
      ? 'Every bug was found by the default strategy in every seed, and nothing was said of sound code.'
      : list(failures),
  ];
  if (rows.length > 0) parts.push(...programs(rows));
  parts.push('## Where others do better', behind.length === 0 ? 'Nowhere that is known.' : list(behind));
  if (rows.length > 0) parts.push('## Every strategy on every program', everyRow(rows));
  if (mutants.length > 0) parts.push(...plantedBugs(mutants));
  parts.push('## No false alarms', ABOUT_SOUND);
  if (fixed.length > 0)
    parts.push(
      soundTable(
        'program without its bug',
        fixed,
        fixed.map(({ program }) => program),
      ),
    );
  if (sound.length > 0) {
    const names = sound.map(({ name, races }) => `${name}${races ? '' : ' (without `--races`)'}`);
    parts.push(soundTable('sound code', sound, names));
  }
  return `${parts.join('\n\n')}\n`;
}

const ABOUT_SOUND =
  'The same programs without their bugs, and the scenarios of the tests in which nothing is to be found (the project’s locks, ' +
  'allocators and structures, and published packages), by the default strategy with seed 1, plain accesses watched. *All*: ' +
  'every order of operations was run, up to equivalence.';

function machine({ startedAt, environment, seconds, jobs, bound }: BugsResult): string {
  const { commit, node, cpuModel, cores, load } = environment;
  const loads = load.map((one) => one.toFixed(1)).join(', ');
  return [
    `| date | commit | Node.js | machine | load before | took |`,
    `|---|---|---|---|---|---|`,
    `| ${startedAt.slice(0, 16).replace('T', ' ')} UTC | ${commit ?? 'unknown'} | ${node} | ${cpuModel}, ${cores} cores | ${loads} | ` +
      `${(seconds / 60).toFixed(1)} min, ${jobs} processes${bound ? ', each bound to a core' : ''} |`,
  ].join('\n');
}

function programs(rows: readonly SearchRow[]): string[] {
  const strategies = strategiesOf(rows);
  const { cap } = rows[0];
  const lines = [...new Set(rows.map(({ program }) => program))].map((program) => {
    const cells = strategies.map((strategy) => {
      const row = rows.find((one) => one.program === program && one.strategy === strategy);
      if (row === undefined) return '';
      const published = publishedText(row);
      return `${meanText(row)}${published === '' ? '' : ` (${published})`}`;
    });
    const known = PROGRAMS.find(({ name }) => name === program);
    const best = bestPublished(program);
    return [program, String(known?.threads ?? ''), ...cells, best === undefined ? '' : String(best)];
  });
  return [
    '## Schedules to the first bug',
    `Programs of SCTBench, ported (\`bench/bugs/programs\`), with a main thread that creates the others one by one. Each cell is the ` +
      `mean number of schedules to the first that shows the bug, over seeds from 1, and in brackets the published one; \`>\`: in ` +
      `some seeds it was not found in ${cap} schedules, which then count. Published: Zhao, Wolff, Mathur, Roychoudhury, ` +
      `"Selectively uniform concurrency testing", ASPLOS 2025; pct with depth 3. ${LESS_WITH_THREADS}`,
    table(['program', 'threads', ...strategies, 'best published'], lines),
  ];
}

function everyRow(rows: readonly SearchRow[]): string {
  const lines = rows.map((row) => [
    row.program,
    row.strategy,
    meanText(row),
    intervalText(row),
    String(row.most),
    foundText(row),
    publishedText(row),
    rounded(row.cpuSeconds),
  ]);
  const header = ['program', 'strategy', 'mean', '95 %', 'most', 'seeds that found it', 'published', 'CPU s'];
  const about =
    'The interval is of the mean, by the bootstrap (2,000 samples of the seeds). dpor draws nothing: one seed says everything.';
  const fewer = rows.some(({ seeds, seedsAsked }) => seeds < seedsAsked)
    ? `\n\n${FEWER_SEEDS.replace('*', '\\*')}`
    : '';
  return `${about}\n\n${table(header, lines)}${fewer}`;
}

function plantedBugs(mutants: readonly MutantRow[]): string[] {
  const strategies = strategiesOf(mutants[0].rows);
  const { seeds, cap } = mutants[0].rows[0];
  const lines = mutants.map((one) => [
    one.mutant,
    one.equivalent === null ? one.planted : `${one.planted} (no bug: ${one.equivalent})`,
    one.file,
    one.scenario,
    ...one.rows.map(firstText),
    stressText(one),
  ]);
  const verdicts = mutants.map(({ mutant, said }) => [mutant, said ?? 'nothing']);
  return [
    '## Bugs planted in framelab',
    'One at a time, in a copy of the package (`bench/bugs/mutants`), and looked for by a small scenario. Each cell is the mean ' +
      `number of schedules to the first find, over ${seeds} seed${seeds === 1 ? '' : 's'}: \`-\` for none, \`>\` where some ` +
      `seed did not find it; at most ${cap} schedules of the default strategy. Runs: \`framelab run\`, up to 3 tries of 5 s, ` +
      'where a workload reaches the bug.',
    table(['planted bug', 'what is wrong', 'file', 'scenario', ...strategies, 'runs'], lines),
    table(['planted bug', 'what was said first'], verdicts),
  ];
}

function soundTable(what: string, runs: readonly (FixedRun | SoundRun)[], names: readonly string[]): string {
  const lines = runs.map(({ schedules, exhausted, alarm, cpuSeconds }, i) => [
    names[i],
    `${schedules}${exhausted ? ', all' : ''}`,
    alarm ?? 'none',
    rounded(cpuSeconds),
  ]);
  return table([what, 'schedules', 'alarms', 'CPU s'], lines);
}

function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(header), `|${header.map(() => '---|').join('')}`, ...lines.map(row)].join('\n');
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
