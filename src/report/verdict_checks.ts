import type { RunResult } from '../lab/result.ts';
import { formatCount, formatMany } from './format.ts';

/** One thing that a run was checked for. */
export interface VerdictCheck {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'not checked';
  readonly detail: string;
}

/** All that a run was checked for, whether it was found or not. */
export function checksOf(result: RunResult): VerdictCheck[] {
  const { verdict } = result;
  const unfinished = result.workers.filter((worker) => worker.state !== 'finished');
  const broken = unfinished.filter((worker) => worker.state === 'crashed' || worker.state === 'hung');
  const check = (name: string, failed: boolean | null, detail: string): VerdictCheck => ({
    name,
    state: failed === null ? 'not checked' : failed ? 'failed' : 'passed',
    detail,
  });
  const watched = verdict.oracle !== 'off';
  return [
    check(
      'no frame was handed out twice, freed wrongly or overwritten',
      verdict.violations.length > 0 ? true : watched ? false : null,
      verdict.violations.length > 0
        ? verdict.violations.map((violation) => `${violation.symptom}: ${violation.message}`).join('; ')
        : watched
          ? `${formatCount(verdict.operationsChecked)} operations, ${formatCount(verdict.allocationsChecked)} allocations and ${formatCount(verdict.deallocationsChecked)} frees checked (${verdict.oracle})`
          : 'the oracle was off',
    ),
    check(
      'all memory came back',
      verdict.memoryReturned === null ? null : !verdict.memoryReturned,
      verdict.memoryReturned === null
        ? 'a worker ended before its time'
        : formatMany(verdict.leakedFrames, 'leaked frame'),
    ),
    check(
      'the allocator’s own audit',
      verdict.auditProblems === null ? null : verdict.auditProblems.length > 0,
      verdict.auditProblems === null ? 'not audited' : verdict.auditProblems.join('; ') || 'no problem',
    ),
    check('no worker hung', verdict.hang !== null, verdict.hang?.message ?? 'all made progress'),
    check(
      'every worker finished',
      broken.length > 0 ? true : unfinished.length > 0 ? null : false,
      unfinished
        .map(
          (worker) =>
            `worker ${worker.worker} ${worker.state}${worker.message === null ? '' : `: ${worker.message}`}`,
        )
        .join('; ') || formatMany(result.workers.length, 'worker'),
    ),
  ];
}
