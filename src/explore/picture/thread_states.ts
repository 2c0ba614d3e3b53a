import { FAULT, unpackFault } from '../../control/words/fault.ts';
import { FAIL } from '../../control/words/layout.ts';
import { IDLE_ENDED, KIND } from '../../control/words/operation.ts';
import type { ViewedThread } from '../../results/interleaving_view.ts';
import type { Failure } from '../../verdicts/failure.ts';
import { History, type Wait } from '../../verdicts/history.ts';
import { spinning } from '../../verdicts/repetition.ts';
import { takenAt } from '../../verdicts/taken.ts';

type Told = Pick<Failure, 'steps' | 'labels' | 'failure' | 'thread' | 'waiting'>;

/** What each of the threads is at after each step, as the trace shows it: of a thread that says nothing more, no more is said. */
export function threadStates(failure: Told, threads: number): ViewedThread[] {
  const { steps } = failure;
  const history = new History(steps);
  const states = Array.from({ length: threads }, () => [[0, 'not started']] as [number, string][]);
  const enter = (thread: number, step: number, state: string): void => {
    const own = states[thread];
    const last = own[own.length - 1];
    if (last[0] === step) last[1] = state;
    else if (last[1] !== state) own.push([step, state]);
  };
  const own = ownSteps(failure, threads);
  const sleeps = new Map(history.waits.map((wait) => [wait.step, wait]));
  const at = own.map(() => 0);
  for (let i = 0; i < steps.length; i++) {
    const { thread } = steps[i];
    const next = own[thread][++at[thread]];
    if (steps[i].kind === KIND.FAULT) {
      const { fault, target } = unpackFault(steps[i].result);
      if (fault === FAULT.KILL) enter(target, i, 'killed');
      if (fault === FAULT.STOP) enter(target, i, 'stopped for ever');
    } else enter(thread, i, stateAfter(failure, history, sleeps.get(i), i, next));
    for (const wait of history.wokenBy(i)) {
      if (wait.returned !== i) enter(wait.thread, i, `woken from ${placeOf(failure, wait)}`);
    }
  }
  const last = own.map((numbers) => numbers[numbers.length - 1]);
  const spins = failure.failure === FAIL.LIVELOCK ? spinning(steps) : undefined;
  const taken = takenAt(steps);
  last.forEach((step, thread) => {
    if (step === undefined || taken.has(thread)) return;
    const state = lastState(failure, states[thread][states[thread].length - 1][1], thread, spins);
    if (state !== undefined) enter(thread, step, state);
  });
  return states.map((own) => ({ states: own.map(([step, state]) => [step, state] as const) }));
}

/** The numbers of each thread's steps. */
function ownSteps({ steps }: Told, threads: number): number[][] {
  const own = Array.from({ length: threads }, () => [] as number[]);
  for (let i = 0; i < steps.length; i++) own[steps[i].thread].push(i);
  return own;
}

function stateAfter(
  failure: Told,
  history: History,
  wait: Wait | undefined,
  i: number,
  next: number | undefined,
): string {
  const { steps } = failure;
  const step = steps[i];
  if (step.kind === KIND.END || (step.kind === KIND.IDLE && step.result === IDLE_ENDED)) return 'ended';
  if (wait !== undefined && !wait.asynchronous) return `waits on ${placeOf(failure, wait)}`;
  // An asynchronous thread that has nothing to do until something fires.
  const comesTo = next === undefined ? undefined : steps[next].kind;
  if (comesTo !== undefined && comesTo !== KIND.IDLE && comesTo !== KIND.DELIVER) return 'running';
  const open = history.waits.filter(
    (one) =>
      one.asynchronous &&
      one.thread === step.thread &&
      one.step <= i &&
      !(one.returned >= 0 && one.returned <= i),
  );
  if (open.length > 0) {
    const awaited = [...new Set(open.map((one) => placeOf(failure, one)))];
    return `awaits ${awaited.join(' and ')}`;
  }
  if (comesTo === KIND.DELIVER) return 'in its event loop';
  return comesTo === undefined ? 'running' : 'idle until a timer';
}

function placeOf({ labels }: Told, { buffer, offset }: Wait): string {
  return labels.place(buffer, offset);
}

/** What a thread is at after its last step; undefined: what that step says. */
function lastState(
  { failure, thread: failing, steps, waiting }: Told,
  state: string,
  thread: number,
  spins: ReadonlyMap<number, unknown> | undefined,
): string | undefined {
  if (failure === FAIL.CHECK) return 'ended';
  if (waiting.has(thread)) return waiting.get(thread);
  if (state !== 'running') return undefined;
  const isLast = steps[steps.length - 1].thread === thread;
  switch (failure) {
    case FAIL.BLOCKED:
      return 'ended';
    case FAIL.LIVELOCK:
      return spins?.has(thread) ? undefined : 'no further step';
    case FAIL.EXCEPTION:
    case FAIL.UNHANDLED:
      return thread === failing ? 'failed' : 'no further step';
    default:
      return isLast ? undefined : 'no further step';
  }
}
