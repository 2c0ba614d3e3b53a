import { unpackFault } from '../control/words/fault.ts';
import { KIND } from '../control/words/operation.ts';
import type { Step } from '../control/words/trace.ts';
import {
  type Finding,
  type FoundPlace,
  type ScheduleEvidence,
  type SourceLine,
  STEPS_KEPT_MAX,
  type StepView,
} from '../results/finding.ts';
import { blameOf } from './blame.ts';
import { type Failure, stepText } from './failure.ts';
import { type SourcePlace, Sources } from './source.ts';
import { switchKinds } from './switches.ts';

/** How a failing schedule was found, and where it was kept. */
export type HowFound = Pick<
  ScheduleEvidence,
  'strategy' | 'schedule' | 'job' | 'seed' | 'recording' | 'notWritten' | 'command'
>;

/** A failing schedule as a finding: plain data, for results. */
export function findingOf(failure: Failure, found: HowFound): Finding {
  const { verdict, message, details, cause } = failure;
  const sites = new Sites(failure);
  const kinds = switchKinds(failure);
  return {
    verdict,
    blames: blameOf(verdict),
    message,
    details,
    cause: cause ?? null,
    thread: metBy(failure),
    places: placesOf(failure, sites),
    evidence: {
      kind: 'schedule',
      strategy: found.strategy,
      schedule: found.schedule,
      job: found.job,
      seed: found.seed,
      steps: stepViews(failure, kinds, sites),
      stepCount: failure.steps.length,
      switches: kinds.filter((kind) => kind !== 'no').length,
      preemptions: kinds.filter((kind) => kind === 'preemption').length,
      eventHash: failure.eventHash,
      recording: found.recording,
      ...(found.notWritten === undefined ? {} : { notWritten: found.notWritten }),
      command: found.command,
    },
  };
}

/** The thread that met it; none where all had ended, and check() failed. */
function metBy({ verdict, thread }: Failure): number | null {
  return verdict === 'check' || thread < 0 ? null : thread;
}

/** The innermost places of steps; the same stack is read once. */
class Sites {
  private readonly sites: ReadonlyMap<number, string>;
  private readonly sources = new Sources();
  private readonly known = new Map<string, SourceLine | null>();

  constructor({ sites }: Failure) {
    this.sites = sites;
  }

  at(step: number): SourceLine | null {
    const stack = this.sites.get(step);
    return stack === undefined ? null : this.of(stack);
  }

  of(stack: string): SourceLine | null {
    let place = this.known.get(stack);
    if (place === undefined) {
      const innermost = this.sources.frames(stack)[0];
      place = innermost === undefined ? null : lineOf(innermost);
      this.known.set(stack, place);
    }
    return place;
  }
}

function lineOf({ file, line, name }: SourcePlace): SourceLine {
  // Exports are called as members of their module.
  return { file, line, function: name.replace(/^Module\./, '') };
}

function stepViews(failure: Failure, kinds: readonly StepView['switched'][], sites: Sites): StepView[] {
  const { steps } = failure;
  const first = Math.max(0, steps.length - STEPS_KEPT_MAX);
  return steps.slice(first).map((step, i) => ({
    step: first + i,
    thread: step.thread,
    operation: step.operation,
    text: [stepText(failure, first + i), failure.messages.arrow(first + i)]
      .filter((text) => text !== '')
      .join(' '),
    switched: kinds[first + i],
    place: sites.at(first + i),
  }));
}

/** The thread whose place a step has: a fault has that of its victim. */
function threadAt({ kind, thread, result }: Step): number {
  return kind === KIND.FAULT ? unpackFault(result).target : thread;
}

/** Where the error was thrown, the steps of the cause, and where each thread came to. */
function placesOf(failure: Failure, sites: Sites): FoundPlace[] {
  const { steps, cause, thrown, raced } = failure;
  const places: FoundPlace[] = [];
  if (thrown !== undefined) {
    places.push({ role: 'thrown', thread: metBy(failure), ...lineOf(thrown) });
  }
  for (const { thread, stack } of raced) {
    const place = sites.of(stack);
    if (place !== null) places.push({ role: 'access', thread, ...place });
  }
  const add = (role: FoundPlace['role'], step: number): void => {
    const place = sites.at(step);
    if (place !== null) places.push({ role, thread: threadAt(steps[step]), ...place });
  };
  for (const step of cause?.steps ?? []) add('cause', step);
  const last = new Map(steps.map((step, i) => [threadAt(step), i]));
  for (const thread of [...last.keys()].sort((a, b) => a - b)) add('last step', last.get(thread) as number);
  return places;
}
