import { H } from '../../control/words/layout.ts';
import { readTrace } from '../../control/words/trace.ts';
import { type Failure, failureOf, labelsOf } from '../../verdicts/failure.ts';
import { Session } from '../scenario/session.ts';
import { type Places, placesOf } from './places.ts';
import { failureNumber, type Recording } from './recording.ts';
import { decodeSchedule } from './replay_file.ts';

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
  | 'races'
  | 'raceEffects'
  | 'allowRaces'
  | 'plainSteps'
  | 'faults'
  | 'program'
  | 'workers'
  | 'events'
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
  /** Where they were taken; their lines are known only of an execution that was described. */
  readonly places: Places;
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
    const failure = failureOf(session, outcome);
    const traced = {
      steps: readTrace(session.words, session.layout),
      sites: outcome.sites,
      labels: labelsOf(session),
    };
    return { failure, steps: session.words[H.STEP], places: placesOf(traced, recording.scenario) };
  } finally {
    await session.close();
  }
}

/**
 * Opens a session for schedules of a recording. @param reuse of a program: its workers run it in all of them, which is fast; what
 * is found so is to be shown in new ones
 */
export function openFor(recording: Omit<Rerun, 'schedule' | 'failure'>, reuse = false): Promise<Session> {
  const { scenario, threads, operations, seed, stepLimit, spinLimit, hangMs } = recording;
  const { races, raceEffects, allowRaces, plainSteps } = recording;
  const { program, events = [], faults = {} } = recording;
  const limits = { stepLimit, spinLimit, hangMs, races, raceEffects, allowRaces, plainSteps };
  const workers = program === undefined ? recording.workers : threads - 1;
  return Session.open({
    scenario,
    threads,
    operations,
    program,
    workers,
    events,
    faults,
    reuse: reuse && program !== undefined,
    seed,
    ...limits,
  });
}
