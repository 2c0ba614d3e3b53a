import type { CampaignResult } from '../results/campaign_result.ts';
import type { RunResult } from '../results/run_result.ts';
import type { SweepResult } from '../results/sweep_result.ts';
import { describePoint } from '../results/sweep_result.ts';
import { campaignFound } from './figures/campaign_view.ts';
import {
  againCommand,
  type Explored,
  foundIn,
  headline,
  isExplored,
  notesOn,
  outcomeOf,
  type Reportable,
} from './figures/exploration_view.ts';
import { printableResult } from './figures/printable_result.ts';
import { shellWords } from './figures/shell_words.ts';
import { checksOf, type VerdictCheck } from './figures/verdict_checks.ts';

/** Runs as JUnit's XML, which every CI shows: a suite for each run, a case for each check. */
export function junitReport(results: readonly Reportable[]): string {
  const suites = results.map(printableResult).map((result) => {
    if (isExplored(result)) return explorationSuite(result);
    if (result.kind === 'campaign') return campaignSuite(result);
    return result.kind === 'sweep' ? sweepSuite(result) : suiteOf(result);
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="framelab">
${suites.join('\n')}
</testsuites>
`;
}

function suiteOf(result: RunResult): string {
  const checks = checksOf(result);
  const count = (state: VerdictCheck['state']) => checks.filter((check) => check.state === state).length;
  const seconds = (result.durations.measuredMs / 1000).toFixed(3);
  const { configuration: c } = result;
  const name = `${c.workload} (${c.workers} workers, ${c.allocator}, ${c.lock})`;
  const properties = {
    seed: c.seed,
    operationsPerSecond: result.totals.operationsPerSecond,
    node: result.environment.node,
    commit: result.environment.commit ?? '',
    rerun: `framelab ${shellWords(result.rerun)}`,
  };
  return `  <testsuite name="${xml(name)}" tests="${checks.length}" failures="${count('failed')}" errors="0" skipped="${count('not checked')}" time="${seconds}" timestamp="${xml(result.startedAt.replace(/\.\d+Z$/, ''))}">
    <properties>
${Object.entries(properties)
  .map(([key, value]) => `      <property name="${key}" value="${xml(`${value}`)}"/>`)
  .join('\n')}
    </properties>
${checks.map((check, i) => caseOf(check, result, i === 0 ? seconds : '0')).join('\n')}
  </testsuite>`;
}

/** A sweep: a case for each repetition. */
function sweepSuite(sweep: SweepResult): string {
  const runs = sweep.cells.flatMap((cell) =>
    cell.repetitions.map((repetition, i) => ({
      repetition,
      name: `${describePoint(cell.point)}, run ${i + 1}`,
    })),
  );
  const failed = runs.filter(({ repetition }) => repetition.outcome !== 'passed').length;
  const cases = runs.map(({ repetition, name }) => {
    const open = `    <testcase classname="framelab.sweep" name="${xml(name)}" time="${(repetition.measuredMs / 1000).toFixed(3)}"`;
    return repetition.outcome === 'passed'
      ? `${open}/>`
      : `${open}>\n      <failure message="${repetition.outcome} (seed ${repetition.seed})"/>\n    </testcase>`;
  });
  if (!sweep.complete || runs.length === 0) {
    const what = `${runs.length} of the runs that were asked for were over when it was interrupted`;
    cases.push(
      `    <testcase classname="framelab.sweep" name="every run was made" time="0">\n      <skipped message="${what}"/>\n    </testcase>`,
    );
  }
  const skipped = cases.length - runs.length;
  return `  <testsuite name="sweep" tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}" timestamp="${xml(sweep.startedAt.replace(/\.\d+Z$/, ''))}">
${cases.join('\n')}
  </testsuite>`;
}

/** An exploration, or a replay file: one case, that no schedule fails. If it proves nothing, that is an error. */
function explorationSuite(result: Explored): string {
  const outcome = outcomeOf(result);
  const seconds = result.kind === 'exploration' ? result.seconds.toFixed(3) : '0';
  const found = foundIn(result).map(({ title, lines }) => [title, ...lines].join('\n'));
  const text = xml([...found, ...notesOn(result), `Again: ${againCommand(result)}`].join('\n'));
  const message = xml(headline(result));
  const is = (...outcomes: string[]) => (outcomes.includes(outcome) ? 1 : 0);
  const bodies: Readonly<Record<string, string>> = {
    passed: '',
    interrupted: `<skipped message="${message}"/>`,
    unproved: `<error message="${message}">${text}</error>`,
  };
  const body = bodies[outcome] ?? `<failure message="${message}">${text}</failure>`;
  const counts = `tests="1" failures="${is('violation', 'recorded')}" errors="${is('unproved')}" skipped="${is('interrupted')}"`;
  return `  <testsuite name="${xml(result.scenario)}" ${counts} time="${seconds}">
    <testcase classname="framelab.exploration" name="no schedule fails" time="${seconds}">${body}</testcase>
  </testsuite>`;
}

/** A campaign: a case for each cell. What is not done is skipped; what proves nothing is an error. */
function campaignSuite(result: CampaignResult): string {
  const found = campaignFound(result);
  const cases = result.cells.map((cell) => {
    const own = found.filter((_, i) => result.kinds[i].cells.includes(cell.id));
    const seconds = cell.seconds.toFixed(3);
    const open = `    <testcase classname="framelab.campaign" name="${xml(`${cell.subject} by ${cell.how}`)}" time="${seconds}"`;
    const text = xml(
      own.map(({ title, lines, command }) => [title, ...lines, command ?? ''].join('\n')).join('\n'),
    );
    if (own.length > 0) return `${open}><failure message="${xml(own[0].title)}">${text}</failure></testcase>`;
    const { done, planned } = cell.slices;
    if (done === planned) return `${open}/>`;
    return `${open}><skipped message="${done} of ${planned} slices were done"/></testcase>`;
  });
  if (result.doubts.length > 0) {
    const text = xml(result.doubts.join('\n'));
    cases.push(
      `    <testcase classname="framelab.campaign" name="nothing is in doubt" time="0"><error message="${xml(result.doubts[0])}">${text}</error></testcase>`,
    );
  }
  const count = (part: string): number => cases.filter((one) => one.includes(part)).length;
  return `  <testsuite name="campaign" tests="${cases.length}" failures="${count('<failure')}" errors="${count('<error')}" skipped="${count('<skipped')}" timestamp="${xml(result.startedAt.replace(/\.\d+Z$/, ''))}">
${cases.join('\n')}
  </testsuite>`;
}

function caseOf(check: VerdictCheck, result: RunResult, seconds: string): string {
  const open = `    <testcase classname="framelab.${xml(result.configuration.workload)}" name="${xml(check.name)}" time="${seconds}"`;
  if (check.state === 'passed') return `${open}/>`;
  const body =
    check.state === 'failed'
      ? `<failure message="${xml(check.detail)}">${xml(`${check.detail}\nRun it again: framelab ${shellWords(result.rerun)}`)}</failure>`
      : `<skipped message="${xml(check.detail)}"/>`;
  return `${open}>\n      ${body}\n    </testcase>`;
}

/** Text escaped for XML; characters that XML 1.0 cannot hold become question marks. */
function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
  );
}
