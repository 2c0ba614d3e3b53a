import type { WorkerResult } from '../../results/run_result.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Progress } from './progress.ts';

/** The parts of a run that show whether it did anything. */
export interface ProofRecord {
  readonly progress: Pick<Progress, 'blocks'>;
  readonly workload: Pick<Workload, 'operations' | 'sharedWords'>;
  readonly ending: { readonly idle: string | null };
}

/**
 * What a run whose workers all ended normally failed to do and must do to prove anything: each a sentence.
 *
 * Operations of the warm-up were checked too, and count. But if none came after it, nothing was measured.
 *
 * A run counts and checks operations. Without any, nothing was checked; and a worker that did none raced with no one.
 * Composite kinds count here, too: a worker that only waits for others uses one to say so.
 */
export function whatDidNotHappen(record: ProofRecord, workers: readonly WorkerResult[]): string[] {
  const { progress, workload, ending } = record;
  const found: string[] = [];
  const counted = progress.blocks.map((block) => block.operations());
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const begun = sum(progress.blocks.map((block) => block.number('begun')));
  const steps = sum(progress.blocks.map((block) => block.number('steps')));
  const stepsText = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  for (const block of progress.blocks) {
    const remark = block.remark();
    if (remark !== null) found.push(`${remark}: they are in no figure`);
  }
  if (workload.operations.length === 0) {
    found.push(
      'no operation was counted: the workload has no kinds of operations (its `operations` is empty)',
    );
  } else if (sum(counted) === 0 && begun > 0) {
    found.push(`no operation was ended: the workers began ${begun} in ${stepsText}`);
  } else if (sum(counted) === 0) {
    found.push(`no operation was counted: the workers made ${stepsText} and began none`);
  } else {
    found.push(...idleWorkers(counted, workers));
    if (progress.blocks.every((block) => block.measured() === 0)) {
      found.push(`no operation was counted after the warm-up: all ${sum(counted)} were in it`);
    }
  }
  if (
    progress.blocks.some((block) => block.measured() > 0) &&
    workers.every((worker) => worker.operations === 0)
  ) {
    found.push('only composite operations were counted, which are made of others or of none: no other was');
  }
  if (ending.idle !== null) found.push(ending.idle);
  return found;
}

function idleWorkers(counted: readonly number[], workers: readonly WorkerResult[]): string[] {
  const idle = workers.map(({ worker }) => worker).filter((worker) => counted[worker] === 0);
  if (idle.length === 0) return [];
  const who = idle.length === 1 ? `worker ${idle[0]}` : `workers ${idle.join(', ')}`;
  return [`${who} did no operation, so nothing was done beside the others there`];
}
