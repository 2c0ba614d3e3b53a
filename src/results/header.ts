import { TOOL_VERSION } from '../platform/version.ts';
import type { Environment } from './environment.ts';
import type { Finding } from './finding.ts';

// What every result begins with, whatever its kind: who made it, when, where, how it ended, what was found, and how to
// repeat it. The schema for other programs is schemas/header.schema.json.

/** What can be the result of a command. */
export const KINDS = [
  'run',
  'sweep',
  'exploration',
  'explorations',
  'campaign',
  'replay',
  'shrink',
  'comparison',
  'bench',
  'bench-comparison',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * How something ended. `violation`: the code under test is wrong. `unproved`: it ended, but proves nothing.
 * `regression`: a comparison found one, or a benchmark missed a target.
 */
export type Outcome = 'passed' | 'violation' | 'regression' | 'unproved' | 'hung' | 'crashed' | 'interrupted';

export interface Tool {
  readonly name: 'framelab';
  readonly version: string;
}

export interface ResultHeader<K extends Kind = Kind, O extends Outcome = Outcome> {
  /** Version of this kind's model: changes with every change that an old reader would misread. */
  readonly schemaVersion: number;
  readonly kind: K;
  readonly tool: Tool;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly environment: Environment;
  readonly outcome: O;
  /** What was found, the gravest first; empty if nothing was. */
  readonly findings: readonly Finding[];
  /** The arguments of `framelab` that repeat it; empty if no command does. */
  readonly reproduce: readonly string[];
}

/** The header of a result that this framelab makes. */
export function headerOf<K extends Kind, O extends Outcome>(
  known: Omit<ResultHeader<K, O>, 'tool'>,
): ResultHeader<K, O> {
  const { schemaVersion, kind, startedAt, environment, outcome, findings, reproduce } = known;
  const tool: Tool = { name: 'framelab', version: TOOL_VERSION };
  return { schemaVersion, kind, tool, startedAt, environment, outcome, findings, reproduce };
}
