import { printableLine } from '../../platform/printable.ts';
import type { RunResult } from '../../results/run_result.ts';
import type { Violation } from '../../results/violation.ts';
import { formatCount, formatMany } from '../figures/format.ts';
import { shellWords } from '../figures/shell_words.ts';
import { checkedOperations, unknownMemory } from '../figures/verdict_checks.ts';
import type { Styles } from './styles.ts';

/**
 * What went wrong, if anything, and how to run it again.
 *
 * @param result a printable one
 * @param command how this tool is called here
 */
export function verdictLines(result: RunResult, style: Styles, command: string): string {
  const { verdict: v, outcome } = result;
  const lines = [style.bold('Verdict')];
  if (outcome === 'passed') lines.push(`  ${style.good('passed')}`);
  else lines.push(`  ${style.bad(outcome)}${result.complete ? '' : ': the figures are those up to then'}`);
  const checked =
    v.oracle === 'off'
      ? 'oracle off: nothing was checked but the machine’s own frame map'
      : `${checkedOperations(result)} checked (${v.oracle}), ${formatMany(v.violations.length, 'violation')}`;
  lines.push(`  ${checked}`);
  if (v.memoryReturned !== null) {
    lines.push(
      `  ${formatMany(v.leakedFrames ?? 0, 'leaked frame')}; ${v.memoryReturned ? 'all memory was returned' : style.bad('not all memory was returned')}`,
    );
  } else {
    lines.push(`  leaked frames: ${unknownMemory(result)}`);
  }
  for (const sentence of v.unproved) lines.push(`  ${style.bad('nothing is proved')}: ${sentence}`);
  for (const violation of v.violations) lines.push('', violationBlock(violation, style));
  if (v.hang !== null) lines.push('', `  ${style.bad('hung')}: ${v.hang.message}`);
  for (const worker of result.workers) {
    if (worker.state === 'crashed' || (worker.state === 'hung' && v.hang === null)) {
      lines.push(
        '',
        `  ${style.bad(worker.state)}: worker ${worker.worker}: ${worker.message ?? 'no message'}`,
        ...stackLines(worker.stack),
      );
    }
  }
  for (const error of v.strayErrors) {
    lines.push('', `  ${style.bad('error')} outside of any worker's part: ${error}`);
  }
  if (outcome !== 'passed')
    lines.push('', `  Run it again: ${printableLine(command)} ${shellWords(result.rerun)}`);
  return lines.join('\n');
}

/** Frames of a stack that are shown: those below belong to the lab. */
const FRAMES_SHOWN = 5;

/** Where an error comes from, without its message, which is shown already. */
function stackLines(stack: string | null): string[] {
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, FRAMES_SHOWN).map((line) => `    ${line.trim()}`);
}

/** One violation: what, who, where, when. */
function violationBlock(violation: Violation, style: Styles): string {
  const who =
    violation.worker < 0
      ? 'the accounting after the run'
      : `worker ${violation.worker} (CPU ${violation.worker}), operation ${formatCount(violation.operation)}${violation.operationKind === undefined ? '' : ` (${violation.operationKind})`}${violation.inWarmup ? ', in the warm-up' : ''}`;
  const lines = [`  ${style.bad(violation.symptom)}: ${violation.message}`, `    found by  ${who}`];
  if (violation.frame !== undefined) {
    lines.push(`    frame     ${violation.frame} at 0x${(violation.paddr ?? 0).toString(16)}`);
  }
  if (violation.previous !== undefined) {
    const { action, cpu, operation } = violation.previous;
    lines.push(`    before    ${action} by CPU ${cpu} in its operation ${formatCount(operation)} (mod 2^24)`);
  }
  return lines.join('\n');
}
