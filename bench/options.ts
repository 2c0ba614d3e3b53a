import { parseArgs } from 'node:util';
import { allocatorTypes } from '../src/allocators/registry.ts';
import { lockKinds } from '../src/sync/registry.ts';
import type { Effort } from './measure_row.ts';
import { ROWS } from './rows/registry.ts';

/** The parts of the suite, in order. */
export const SECTIONS = ['rows', 'scale', 'steps', 'locks', 'overhead', 'startup'] as const;
export type Section = (typeof SECTIONS)[number];

export interface BenchOptions {
  readonly quick: boolean;
  readonly json: string | null;
  readonly rows: readonly string[];
  readonly allocators: readonly string[];
  readonly locks: readonly string[];
  readonly threads: readonly number[];
  readonly runs: number;
  readonly memoryBytes: number;
  readonly sections: readonly Section[];
  readonly effort: Effort;
}

export const HELP = `Usage: npm run bench -- [options]

Measures the frame allocators beside the native one that they model.

  --quick             less of everything: under 30 seconds
  --rows LIST         only these rows: ${ROWS.map((row) => row.name).join(', ')}
  --allocator LIST    only these allocators: ${allocatorTypes()
    .map((type) => type.name)
    .join(', ')}
  --lock LIST         only these locks: ${lockKinds()
    .map((kind) => kind.name)
    .join(', ')}
  --threads LIST      1, 2 or both
  --sections LIST     only these parts: ${SECTIONS.join(', ')}
  --runs N            repetitions, of which the median counts (3)
  --memory MIB        RAM of each machine in MiB (256)
  --json FILE         writes the result as JSON; - for stdout
  -h, --help

Exit codes: 0 all targets met, 2 usage, 3 a target missed by more than 15 %.`;

const QUICK: Effort = { rounds: 40, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 80 };
const THOROUGH: Effort = { rounds: 160, samplesPerRound: 1, sampleMs: 0.5, warmUpMs: 300 };

/** A mistake in the arguments: its message is for the user. */
export class UsageError extends Error {}

/** @returns null where help was asked for. @throws `UsageError` */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const values = parse(args);
  if (values.help) return null;
  const quick = values.quick ?? false;
  const rows = list(
    'rows',
    values.rows,
    ROWS.map((row) => row.name),
  );
  const sections = values.sections ?? (values.rows === undefined ? undefined : 'rows');
  return {
    quick,
    json: values.json ?? null,
    rows,
    allocators: list(
      'allocator',
      values.allocator,
      allocatorTypes().map((type) => type.name),
    ),
    locks: list(
      'lock',
      values.lock,
      lockKinds().map((kind) => kind.name),
    ),
    threads: list('threads', values.threads, ['1', '2']).map(Number),
    runs: whole('runs', values.runs ?? '3', 1, 100),
    memoryBytes: whole('memory', values.memory ?? '256', 8, 2 ** 20) * 2 ** 20,
    sections: list('sections', sections, SECTIONS) as Section[],
    effort: quick ? QUICK : THOROUGH,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        rows: { type: 'string' },
        allocator: { type: 'string' },
        lock: { type: 'string' },
        threads: { type: 'string' },
        sections: { type: 'string' },
        runs: { type: 'string' },
        memory: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function list(name: string, value: string | undefined, allowed: readonly string[]): string[] {
  if (value === undefined) return [...allowed];
  const items = value.split(',');
  const unknown = items.find((item) => !allowed.includes(item));
  if (unknown !== undefined) {
    throw new UsageError(`--${name} '${unknown}': must be one or more of ${allowed.join(', ')}`);
  }
  return items;
}

function whole(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new UsageError(`--${name} ${value}: must be a whole number from ${min} to ${max}`);
  }
  return number;
}
