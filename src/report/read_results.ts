import { readFileSync } from 'node:fs';
import { RESULT_SCHEMA_VERSION, type RunResult } from '../lab/result.ts';
import { LabError } from '../platform/error.ts';

/**
 * Reads a result that `framelab run --json` wrote.
 *
 * @throws `Usage` where the file cannot be read or is no result that this version understands
 */
export function readResult(file: string): RunResult {
  const value = readJson(file);
  if (!isResult(value)) {
    throw new LabError('Usage', `${file}: is no result of framelab run --json`);
  }
  if (value.schemaVersion !== RESULT_SCHEMA_VERSION) {
    throw new LabError(
      'Usage',
      `${file}: has version ${value.schemaVersion} of the result model, this framelab reads ${RESULT_SCHEMA_VERSION}`,
    );
  }
  return value;
}

export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LabError('Usage', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LabError('Usage', `${file}: is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** What this tool wrote says so; that it is whole is the schema's to prove. */
function isResult(value: unknown): value is RunResult {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, tool } = value as { kind?: unknown; tool?: { name?: unknown } };
  return kind === 'run' && tool?.name === 'framelab';
}
