import { LabError } from '../platform/error.ts';
import { BENCH_SCHEMA_VERSION, type BenchRows } from './bench_rows.ts';
import { readJson } from './read_results.ts';
import { requireSchema } from './schema_check.ts';

/**
 * Reads what `framelab bench --json` wrote.
 *
 * @returns null where it is something else
 * @throws `Usage` where it cannot be read, or is of a version that this one does not understand
 */
export function readBench(file: string): BenchRows | null {
  const value = (readJson(file) ?? {}) as Partial<BenchRows>;
  if (value.tool?.name !== 'framelab' || value.kind !== 'bench') return null;
  if (value.schemaVersion !== BENCH_SCHEMA_VERSION) {
    throw new LabError(
      'Usage',
      `${file}: has version ${value.schemaVersion} of the model of a benchmark, and this framelab reads version ${BENCH_SCHEMA_VERSION}`,
    );
  }
  requireSchema(file, value, 'bench');
  return value as BenchRows;
}
