import { dirname, isAbsolute, join } from 'node:path';
import { checksum } from '../platform/canonical_json.ts';
import { LabError } from '../platform/error.ts';
import { requireSchema } from './schema_check.ts';

/** Identifies a replay file. */
export const RECORDING_FORMAT = 'framelab-replay';

/**
 * A failing schedule as `framelab explore` and `shrink` keep it, for showing; `framelab replay` runs it. The
 * schema for other programs is schemas/recording.schema.json.
 */
export interface ReplayFile {
  readonly kind: 'replay-file';
  /** Where it was read. */
  readonly file: string;
  /** The versions of framelab and of Node.js that recorded it. */
  readonly framelab: string;
  readonly node: string;
  /** Relative to the working folder if the file's path is. */
  readonly scenario: string;
  readonly threads: number;
  readonly seed: number;
  readonly timeouts: string;
  readonly verdict: string;
  readonly message: string;
  readonly eventHash: string;
  readonly steps: number;
  /** Which thread runs, for how many steps: thread, steps, thread, steps, ... */
  readonly schedule: readonly number[];
  readonly found: { readonly strategy: string; readonly schedule: number; readonly job: number };
}

/**
 * What a replay file says, for a report.
 *
 * @throws `Usage` for another version, a wrong field, and a wrong checksum
 */
export function replayFileOf(file: string, content: Readonly<Record<string, unknown>>): ReplayFile {
  requireSchema(file, content, 'recording');
  const { checksum: given, hmac: _, ...recording } = content;
  if (given !== checksum(recording)) {
    throw new LabError(
      'Usage',
      `${file}: its checksum does not fit its content, so that it was damaged, or edited`,
    );
  }
  const known = recording as unknown as ReplayFile;
  const { scenario } = known;
  return {
    kind: 'replay-file',
    file,
    framelab: known.framelab,
    node: known.node,
    scenario: isAbsolute(scenario) ? scenario : join(dirname(file), scenario),
    threads: known.threads,
    seed: known.seed,
    timeouts: known.timeouts,
    verdict: known.verdict,
    message: known.message,
    eventHash: known.eventHash,
    steps: known.steps,
    schedule: known.schedule,
    found: known.found,
  };
}
