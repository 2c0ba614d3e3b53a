import { callCommand, quoted } from '../platform/call_command.ts';
import { deathText, type FaultResult } from './fault_result.ts';
import type { Finding } from './finding.ts';
import type { HangReport, RunResult } from './run_result.ts';
import { innermostPlace } from './stack_place.ts';
import type { Violation } from './violation.ts';

/** The parts of a run that make its findings. */
type Ended = Pick<RunResult, 'verdict' | 'rerun'> & {
  /** Missing in results of before there were any. */
  readonly faults?: readonly FaultResult[];
  readonly workers: readonly Pick<RunResult['workers'][number], 'worker' | 'state' | 'message' | 'stack'>[];
};

/** Everything that went wrong in a run, the gravest first. */
export function findingsOfRun({ verdict, workers, faults = [], rerun }: Ended): Finding[] {
  const command = [callCommand(), ...rerun.map(quoted)].join(' ');
  const { hang } = verdict;
  const killed = faults.filter(({ death }) => death !== null && death.recovery === null);
  const isKilled = (worker: number) => killed.some(({ death }) => death?.worker === worker);
  return [
    ...verdict.violations.map((violation) => violationFinding(violation, command)),
    ...(hang === null ? [] : [hangFinding(hang, command)]),
    ...workers
      .filter(({ state, worker }) => state === 'crashed' && !isKilled(worker))
      .map(({ worker, message, stack }) =>
        crashFinding(
          `worker ${worker} crashed: ${message ?? 'it ended without a word'}`,
          worker,
          stack,
          command,
        ),
      ),
    ...killed.map((fault) => deathFinding(fault, command)),
    ...verdict.strayErrors.map((text) => crashFinding(text, null, null, command)),
    ...verdict.unproved.map(unproved),
  ];
}

function violationFinding(violation: Violation, command: string): Finding {
  const { symptom, message, stack, ...rest } = violation;
  const thread = violation.worker < 0 ? null : violation.worker;
  return {
    verdict: symptom,
    blames: 'code',
    message,
    details: linesOf(stack),
    cause: null,
    thread,
    places: thrownAt(stack, thread),
    evidence: { kind: 'frame', ...rest, command },
  };
}

function hangFinding({ workers, locks, message }: HangReport, command: string): Finding {
  return {
    verdict: 'hang',
    blames: 'code',
    message,
    details: [
      ...workers.map(
        ({ worker, stuckMs, phase }) => `worker ${worker}: ${phase}, for ${Math.round(stuckMs)} ms`,
      ),
      ...locks.map(
        ({ name, owner, heldMs }) => `lock ${name}: held by CPU ${owner} for ${Math.round(heldMs)} ms`,
      ),
    ],
    cause: null,
    thread: workers.length === 1 ? workers[0].worker : null,
    places: [],
    evidence: {
      kind: 'worker',
      workers: workers.map(({ worker, stuckMs, phase }) => ({ worker, state: 'hung', phase, stuckMs })),
      locks,
      command,
    },
  };
}

function crashFinding(
  message: string,
  thread: number | null,
  stack: string | null,
  command: string,
): Finding {
  const workers =
    thread === null ? [] : [{ worker: thread, state: 'crashed' as const, phase: null, stuckMs: null }];
  return {
    verdict: 'crash',
    blames: 'code',
    message,
    details: linesOf(stack),
    cause: null,
    thread,
    places: thrownAt(stack, thread),
    evidence: { kind: 'worker', workers, locks: [], command },
  };
}

/** A death that was asked for says nothing against the code: it is what the run ended by. */
function deathFinding(fault: FaultResult, command: string): Finding {
  const worker = fault.death?.worker ?? 0;
  const message = `worker ${worker}: ${deathText(fault)}`;
  return { ...crashFinding(message, worker, null, command), blames: 'scenario' };
}

/** What was asked for did not happen, so the run proves nothing. */
function unproved(message: string): Finding {
  return {
    verdict: 'unproved',
    blames: 'scenario',
    message,
    details: [],
    cause: null,
    thread: null,
    places: [],
    evidence: null,
  };
}

/** The frames of a stack, a line each; its first lines repeat the message. */
function linesOf(stack: string | null | undefined): string[] {
  return (stack ?? '').split('\n').flatMap((line) => (/^\s*at /.test(line) ? [line.trim()] : []));
}

function thrownAt(stack: string | null | undefined, thread: number | null): Finding['places'] {
  const place = innermostPlace(stack ?? '');
  return place === null ? [] : [{ role: 'thrown', thread, ...place }];
}
