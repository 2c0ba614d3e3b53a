import { deathText, frameRangesText } from '../../results/fault_result.ts';
import type { RunResult } from '../../results/run_result.ts';
import { faultWhen } from './fault_text.ts';
import { formatCount, formatMany, formatNs } from './format.ts';

/** One thing that a run was checked for. */
export interface VerdictCheck {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'not checked';
  readonly detail: string;
}

/** Everything that a run was checked for, found or not. */
export function checksOf(result: RunResult): VerdictCheck[] {
  const { verdict } = result;
  const check = (name: string, failed: boolean | null, detail: string): VerdictCheck => ({
    name,
    state: failed === null ? 'not checked' : failed ? 'failed' : 'passed',
    detail,
  });
  const { memoryReturned, auditProblems, hang } = verdict;
  return [
    frameCheck(result),
    check(
      'all memory came back',
      memoryReturned === null ? null : !memoryReturned,
      memoryReturned === null ? unknownMemory(result) : formatMany(verdict.leakedFrames ?? 0, 'leaked frame'),
    ),
    check(
      'the allocator’s own audit',
      auditProblems === null ? null : auditProblems.length > 0,
      auditProblems === null ? 'not audited' : auditProblems.join('; ') || 'no problem',
    ),
    check(
      'no worker hung',
      hang !== null ? true : result.outcome === 'crashed' ? null : false,
      hang?.message ??
        (result.outcome === 'crashed' ? 'not looked for to the end' : 'all made progress, or were stopped'),
    ),
    finishedCheck(result),
    ...faultChecks(result),
    check(
      'every worker did operations',
      verdict.unproved.length > 0 ? true : result.complete ? false : null,
      verdict.unproved.join('; ') || formatMany(result.totals.operations, 'operation'),
    ),
  ];
}

/** `1,234 operations`, and how many of them were the warm-up's. */
export function checkedOperations({ verdict, warmup }: RunResult): string {
  const all = formatMany(verdict.operationsChecked, 'operation');
  return warmup === null || warmup.operations === 0 || verdict.oracle === 'off'
    ? all
    : `${all} (${formatCount(warmup.operations)} of the warm-up)`;
}

/** What is not known about the memory of a run that did not end normally. */
export function unknownMemory({ verdict }: RunResult): string {
  if (verdict.framesOut.frames > 0) {
    return `unknown, for workers died in a workload whose workers hand frames to one another: ${frameRangesText(verdict.framesOut)} stay out of use, and a leak among them could not be told`;
  }
  const out = verdict.framesAllocated - verdict.framesFreed;
  const books =
    verdict.oracle === 'off' || verdict.framesAllocated === 0
      ? ''
      : `; by the oracle’s books ${formatMany(out, 'frame')} of ${formatCount(verdict.framesAllocated)} were not freed by then`;
  return `unknown, for a worker ended before its time, and what it held stays held${books}`;
}

function frameCheck(result: RunResult): VerdictCheck {
  const { verdict, complete } = result;
  const name = 'no frame was handed out twice, freed wrongly or overwritten';
  const { violations, allocationsChecked, deallocationsChecked, oracle } = verdict;
  if (violations.length > 0) {
    const detail = violations.map(({ symptom, message }) => `${symptom}: ${message}`).join('; ');
    return { name, state: 'failed', detail };
  }
  const open = (detail: string): VerdictCheck => ({ name, state: 'not checked', detail });
  if (oracle === 'off') return open('the oracle was off');
  if (allocationsChecked + deallocationsChecked === 0) {
    return open('nothing was allocated or freed, so there was nothing to check');
  }
  const counts = `${checkedOperations(result)}, ${formatCount(allocationsChecked)} allocations and ${formatCount(deallocationsChecked)} frees checked (${oracle})`;
  if (!complete) return open(`nothing was found in ${counts}; of what came after, nothing is known`);
  return { name, state: 'passed', detail: counts };
}

/** Of runs with faults only. What was asked for is no failure where it was survived. */
function faultChecks({ faults }: RunResult): VerdictCheck[] {
  return faults.map((fault) => {
    const name = `injected fault ${fault.fault}`;
    if (fault.state === 'not reached') return { name, state: 'not checked', detail: 'not reached' };
    const { death } = fault;
    if (death === null) return { name, state: 'passed', detail: faultWhen(fault) };
    if (death.recovery === null) return { name, state: 'failed', detail: deathText(fault) };
    const { framesReturned, durationMs } = death.recovery;
    const cost = `${formatMany(framesReturned, 'frame')} returned, ${formatMany(death.framesOut.frames, 'frame')} out`;
    return {
      name,
      state: 'passed',
      detail: `${faultWhen(fault)}; recovered in ${formatNs(durationMs * 1e6)}, ${cost}`,
    };
  });
}

function finishedCheck({ workers, verdict }: RunResult): VerdictCheck {
  const unfinished = workers.filter((worker) => worker.state !== 'finished');
  const broken = unfinished.filter((worker) => worker.state === 'crashed' || worker.state === 'hung');
  const failed = broken.length > 0 || verdict.strayErrors.length > 0;
  const told = unfinished.map(
    ({ worker, state, message }) => `worker ${worker} ${state}${message === null ? '' : `: ${message}`}`,
  );
  const strays = verdict.strayErrors.map((error) => `an error outside of any worker’s part: ${error}`);
  return {
    name: 'every worker finished',
    state: failed ? 'failed' : unfinished.length > 0 ? 'not checked' : 'passed',
    detail: [...told, ...strays].join('; ') || formatMany(workers.length, 'worker'),
  };
}
