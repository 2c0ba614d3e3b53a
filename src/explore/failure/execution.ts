import { type ErrorCode, LabError } from '../../platform/error.ts';
import { reachableBuffers } from '../control/reach.ts';
import { eventHash, readBlocked, readGone, readTrace, type Step } from '../control/trace.ts';
import { Labels } from '../picture/labels.ts';
import { Sources } from '../picture/source.ts';
import type { Recording } from '../replay/replay_file.ts';
import { decodeSchedule } from '../replay/replay_file.ts';
import { type RunOutcome, Session } from '../session.ts';
import { qualify } from './outside.ts';
import { type Diagnosis, diagnose, divergence, type Verdict } from './verdict.ts';

/** A failing execution with all that is known about it. */
export interface Failure extends Diagnosis {
  readonly eventHash: string;
  readonly steps: readonly Step[];
  readonly labels: Labels;
  /** Stack of each step, where it was taken. */
  readonly sites: ReadonlyMap<number, string>;
  /** One of `FAIL`. */
  readonly failure: number;
}

export function labelsOf(session: Session): Labels {
  const { buffers, views } = reachableBuffers(session.shared);
  return new Labels(buffers, views);
}

/** Reads what a session's words say about its last execution; undefined if it did not fail. */
export function failureOf(session: Session, outcome: RunOutcome): Failure | undefined {
  if (outcome.reason !== 'failed' && outcome.reason !== 'hung' && outcome.reason !== 'died') return undefined;
  const { words, layout } = session;
  const labels = labelsOf(session);
  const { buffers } = reachableBuffers(session.shared);
  const steps = readTrace(words, layout);
  const valueAt = (buffer: number, offset: number): number | undefined => {
    const shared = buffers[buffer];
    return shared === undefined ? undefined : new DataView(shared).getInt32(offset, true);
  };
  const seen = diagnose({ outcome, steps, blocked: readBlocked(words, layout), labels, valueAt });
  const diagnosis = qualify(seen, { outcome, words, gone: readGone(words, layout), labels });
  const sources = new Sources();
  return {
    ...diagnosis,
    details: diagnosis.details.map((line) => sources.mapLine(line)),
    eventHash: eventHash(words, layout),
    steps,
    labels,
    sites: outcome.sites,
    failure: outcome.failure,
  };
}

/** What it takes to run a schedule again. */
export type Rerun = Pick<
  Recording,
  | 'scenario'
  | 'threads'
  | 'operations'
  | 'seed'
  | 'stepLimit'
  | 'spinLimit'
  | 'hangMs'
  | 'schedule'
  | 'failure'
>;

/** Runs a recorded schedule once, in a session of its own, and says how it ended. */
export async function execute(
  recording: Rerun,
  options: { readonly describe: boolean; readonly print?: boolean },
): Promise<Failure | undefined> {
  const session = await openFor(recording);
  try {
    const outcome = await session.run({
      strategy: 'guided',
      schedules: 1,
      guide: decodeSchedule(recording.schedule),
      expected: recording.failure,
      describe: options.describe,
      print: options.print,
    });
    return failureOf(session, outcome);
  } finally {
    await session.close();
  }
}

export function openFor(recording: Omit<Rerun, 'schedule' | 'failure'>): Promise<Session> {
  const { scenario, threads, operations, seed, stepLimit, spinLimit, hangMs } = recording;
  return Session.open({ scenario, threads, operations, seed, stepLimit, spinLimit, hangMs, sessions: 1 });
}

/** How this package's command is called from here, for people to copy. */
export function callCommand(): string {
  const script = process.env.npm_lifecycle_event;
  if (script === 'framelab' || script === 'start') return 'npm run -s framelab --';
  const file = process.argv[1] ?? '';
  return /\/(cli|explore)\/main\.js$/.test(file) ? `node ${file}` : 'npx framelab';
}

/** The failure as an error: what happened, then how to see it again. */
export class ScheduleFailed extends LabError {
  readonly failure: Failure;
  /** The file that was written. */
  readonly replayFile: string;
  readonly command: string;

  constructor(failure: Failure, replayFile: string, where: string) {
    const command = `${callCommand()} replay ${/\s/.test(replayFile) ? JSON.stringify(replayFile) : replayFile}`;
    const lines = [
      `${failure.verdict} in ${where}: ${failure.message}`,
      ...failure.details.filter((line) => line.trim() !== '').map((line) => `  ${line.trim()}`),
    ];
    super(codeOf(failure.verdict), `${lines.join('\n')}\nReplay it with: ${command}`);
    this.failure = failure;
    this.replayFile = replayFile;
    this.command = command;
  }
}

function codeOf(verdict: Verdict): ErrorCode {
  if (verdict === 'nondeterminism') return 'Nondeterminism';
  return verdict === 'uncontrolled' ? 'Uncontrolled' : 'ScheduleFailed';
}

/** The verdict when two executions of the same decisions differ. Names the first difference. */
export function nondeterminism(first: Failure | undefined, second: Failure | undefined): Failure {
  const known = (first ?? second) as Failure;
  const a = first?.steps ?? [];
  const b = second?.steps ?? [];
  let at = 0;
  while (at < a.length && at < b.length && same(a[at], b[at])) at++;
  // One of the two did not fail, and its steps were not kept: they part at the failure at the latest.
  if (first === undefined || second === undefined) at = Math.max(a.length, b.length);
  const tell = (failure: Failure | undefined, steps: readonly Step[]): string => {
    if (failure === undefined) return 'the schedule ended without a failure';
    if (at >= steps.length)
      return `the schedule ended with the verdict ${failure.verdict}: ${failure.message}`;
    return `thread ${steps[at].thread} did ${failure.labels.step(steps[at])}`;
  };
  return {
    ...known,
    verdict: 'nondeterminism',
    message: divergence(at),
    details: [`first: ${tell(first, a)}`, `then: ${tell(second, b)}`],
  };
}

export function same(a: Step, b: Step): boolean {
  return (
    a.thread === b.thread &&
    a.kind === b.kind &&
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    a.a === b.a &&
    a.b === b.b &&
    a.result === b.result
  );
}
