import { Labels } from '../../control/memory/labels.ts';
import { reachableBuffers } from '../../control/memory/reach.ts';
import { H } from '../../control/words/layout.ts';
import {
  eventHash,
  readBlocked,
  readGone,
  readTimers,
  readTrace,
  type Step,
} from '../../control/words/trace.ts';
import { type ErrorCode, LabError } from '../../platform/error.ts';
import { type Cause, causeLine, causeOf } from '../../verdicts/causes/cause.ts';
import type { Evidence } from '../../verdicts/evidence.ts';
import { History } from '../../verdicts/history.ts';
import { qualify } from '../../verdicts/outside.ts';
import { Sources } from '../../verdicts/source.ts';
import { type Diagnosis, diagnose, divergence, type Verdict } from '../../verdicts/verdict.ts';
import { type RunOutcome, Session } from '../scenario/session.ts';
import { replayFlag } from './authenticity.ts';
import { failureNumber, type Recording } from './recording.ts';
import { decodeSchedule, ownText, recordingName } from './replay_file.ts';

/** A failing execution with all that is known about it. */
export interface Failure extends Diagnosis {
  /** Why, by its name, where the trace shows it surely. */
  readonly cause: Cause | undefined;
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
  const sources = new Sources();
  const evidence: Evidence = {
    outcome,
    steps,
    history: new History(steps),
    blocked: readBlocked(words, layout),
    spinning: words[H.SPINNING],
    timers: (thread) => readTimers(words, layout, thread),
    labels,
    valueAt,
    at: (step) => {
      const place = sources.frames(outcome.sites.get(step) ?? '')[0];
      return place === undefined ? '' : ` (${place.file.replace(/^.*\//, '')}:${place.line})`;
    },
  };
  const diagnosis = qualify(diagnose(evidence), { outcome, words, gone: readGone(words, layout), labels });
  return {
    ...diagnosis,
    details: diagnosis.details.map((line) => sources.mapLine(line)),
    cause: causeOf(evidence),
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
  | 'timeouts'
>;

/**
 * A schedule is run again with more patience: one and the same computation takes more CPU time now and less then,
 * and what was no hang must not become one.
 */
const RERUN_PATIENCE = 2;

/** How a recorded schedule ended. */
export interface Execution {
  readonly failure: Failure | undefined;
  /** Steps that were taken. */
  readonly steps: number;
}

/** Runs a recorded schedule once, in a session of its own, and says how it ended. */
export async function execute(
  recording: Rerun,
  options: { readonly describe: boolean; readonly print?: boolean },
): Promise<Execution> {
  const session = await openFor({ ...recording, hangMs: recording.hangMs * RERUN_PATIENCE });
  try {
    const outcome = await session.run({
      strategy: 'guided',
      schedules: 1,
      guide: decodeSchedule(recording.schedule),
      expected: failureNumber(recording.failure),
      timeouts: recording.timeouts,
      describe: options.describe,
      print: options.print,
    });
    return { failure: failureOf(session, outcome), steps: session.words[H.STEP] };
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

/** Where a recording was kept: its file, or why it could not be written. */
export type Kept = { readonly file: string } | { readonly notWritten: string };

/** The failure as an error: what happened, how it was found, then how to see it again. */
export class ScheduleFailed extends LabError {
  readonly failure: Failure;
  /** What was written to the file, or should have been. */
  readonly recording: Recording;
  /** The file that was written; undefined if it could not be. */
  readonly replayFile: string | undefined;
  /** Why there is no file. */
  readonly notWritten: string | undefined;
  /** Replays it; where there is no file, once the recording was saved as this command says. */
  readonly command: string;

  constructor(failure: Failure, recording: Recording, kept: Kept, where: string) {
    const file = 'file' in kept ? kept.file : recordingName(recording);
    const command = `${callCommand()} replay ${quoted(file)}${replayFlag(recording)}`;
    const { strategy, schedule, job } = recording.found;
    const lines = [
      `${failure.verdict} in ${where}: ${failure.message}`,
      ...explanation(failure).map((line) => `  ${line}`),
      `Found by ${strategy === 'first' ? 'the first schedule' : `${strategy} in schedule ${schedule}`}` +
        `${job > 0 ? ` of job ${job}` : ''}, seed ${recording.seed}`,
    ];
    if ('notWritten' in kept) {
      lines.push(
        `There is no replay file: ${kept.notWritten}`,
        `Its content is the next line, to be saved in this folder as ${file}`,
        ownText('.', recording, 'line'),
      );
    }
    super(codeOf(failure.verdict), `${lines.join('\n')}\nReplay it with: ${command}`);
    this.failure = failure;
    this.recording = recording;
    this.replayFile = 'file' in kept ? kept.file : undefined;
    this.notWritten = 'notWritten' in kept ? kept.notWritten : undefined;
    this.command = command;
  }
}

/** A word for a shell. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What there is to say beside the verdict and its message, line by line; the cause comes last. */
export function explanation({ details, cause }: Pick<Failure, 'details' | 'cause'>): string[] {
  const lines = details.map((line) => line.trim()).filter((line) => line !== '');
  return cause === undefined ? lines : [...lines, causeLine(cause)];
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
    cause: undefined,
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
