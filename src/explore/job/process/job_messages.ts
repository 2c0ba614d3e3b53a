import { Labels } from '../../../control/memory/labels.ts';
import { type ErrorCode, LabError } from '../../../platform/error.ts';
import type { Failure } from '../../../verdicts/failure.ts';
import { Messages } from '../../../verdicts/messages.ts';
import { where } from '../../options/where.ts';
import type { Explored } from '../explored.ts';
import { type JobRequest, NotRepeatable } from '../job_run.ts';
import { Find } from '../jobs.ts';

// What goes between a search and a process that does one of its jobs: data alone, as `structuredClone` copies it. Shared memory, which
// it does not copy, goes as bytes.

/** Of a request, what is data. (What it was made of may hold anything that a user gave.) */
const SENT = [
  'url',
  'program',
  'threads',
  'seed',
  'strategy',
  'own',
  'schedules',
  'schedulesWithWorkers',
  'jobs',
  'params',
  'stepLimit',
  'spinLimit',
  'hangMs',
  'timeouts',
  'races',
  'raceEffects',
  'coverage',
  'faults',
  'allowRaces',
  'all',
] as const satisfies readonly (keyof JobRequest)[];

export type SentRequest = Pick<JobRequest, (typeof SENT)[number]>;

/** What a job's process is told. */
export type ToJob =
  | { readonly type: 'run'; readonly request: SentRequest; readonly job: number }
  | { readonly type: 'stopAfter'; readonly schedules: number }
  | { readonly type: 'abort' }
  /** Answers the `find` that it asked about last. */
  | { readonly type: 'goOn'; readonly past: boolean };

/** What it tells: on its way, and one of the last three at its end. */
export type FromJob =
  | { readonly type: 'remark'; readonly line: string }
  | { readonly type: 'at'; readonly schedules: number; readonly workers: number }
  /** May the search go on past it? */
  | { readonly type: 'find'; readonly find: SentFind }
  | { readonly type: 'explored'; readonly explored: SentExplored }
  | { readonly type: 'found'; readonly find: SentFind; readonly explored: SentExplored | undefined }
  | { readonly type: 'failed'; readonly error: SentError; readonly explored: SentExplored | undefined };

export type SentExplored = Omit<Explored, 'behaviours'> & { readonly behaviours: Uint8Array | undefined };
export type SentFind = Omit<Find, 'failure'> & { readonly failure: Omit<Failure, 'labels' | 'messages'> };

export interface SentError {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly cause: unknown;
  /** Of a `NotRepeatable`. */
  readonly divergence?: string;
  readonly details?: readonly string[];
}

export function requestSent(request: JobRequest): SentRequest {
  return Object.fromEntries(SENT.map((name) => [name, request[name]])) as unknown as SentRequest;
}

export function exploredSent({ behaviours, ...others }: Explored): SentExplored {
  return { ...others, behaviours: behaviours && new Uint8Array(behaviours).slice() };
}

export function exploredRead({ behaviours, ...others }: SentExplored): Explored {
  return { ...others, behaviours: behaviours && sharedFrom(behaviours) };
}

function sharedFrom(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(shared).set(bytes);
  return shared;
}

export function findSent({ failure, recording, found }: Find): SentFind {
  const { labels, messages, ...plain } = failure;
  return { failure: plain, recording, found };
}

/** Its places have no names: they are of memory in the other process. A find is run again, and told by what is seen then. */
export function findRead({ failure, recording, found }: SentFind): Find {
  const labels = new Labels([], []);
  const messages = new Messages(failure.steps, new Map());
  return new Find({ ...failure, labels, messages }, recording, found);
}

export function errorSent(error: unknown): SentError {
  const { message, cause } = error instanceof Error ? error : { message: `${error}`, cause: undefined };
  const said = cause instanceof Error ? cause.message : undefined;
  if (!(error instanceof LabError)) return { code: undefined, message, cause: said };
  if (!(error instanceof NotRepeatable)) return { code: error.code, message, cause: said };
  const { code, divergence, details } = error;
  return { code, message, cause: said, divergence, details };
}

/** @param url of the scenario */
export function errorRead({ code, message, cause, divergence, details }: SentError, url: string): Error {
  if (divergence !== undefined) return new NotRepeatable(where(url), divergence, details ?? []);
  return code === undefined ? new Error(message, { cause }) : new LabError(code, message, { cause });
}
