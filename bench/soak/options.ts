import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { LabError } from '../../src/platform/error.ts';
import { parseBytes } from '../../src/platform/units.ts';
import type { SoakOptions } from './soak.ts';

export const HELP = `npm run soak -- [--minutes N] [--seed N] [--memory SIZE] [--output FILE]

Runs all workloads with all allocators in turn, with faults and recovery, on 4 times more workers than cores and with
RAM nearly full, and fails if anything drifts: free frames, held locks, audits, handles, listeners, memory.

  --minutes N     how long (default: 10)
  --seed N        of the first draws (default: 1)
  --memory SIZE   RAM of each machine (default: 8MiB)
  --output FILE   where the page goes (default: docs/soak.md; - for standard output only)
`;

const WORKERS_PER_CORE = 4;
const ROUND_MS = 1000;
const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  memory: { type: 'string', default: '8MiB' },
  output: { type: 'string', default: 'docs/soak.md' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws `Usage` */
export function soakOptions(args: readonly string[]): SoakOptions & { output: string; help: boolean } {
  const { values } = parsed(args);
  return {
    minutes: numberOf('minutes', values.minutes, 0.01, 24 * 60),
    seed: numberOf('seed', values.seed, 0, 2 ** 32 - 1),
    memory: parseBytes(values.memory),
    workers: WORKERS_PER_CORE * availableParallelism(),
    durationMs: ROUND_MS,
    output: values.output,
    help: values.help,
  };
}

/** The call that runs the same again. */
export function callText({ minutes, seed, memory }: SoakOptions): string {
  return `npm run soak -- --minutes ${minutes} --seed ${seed} --memory ${memory / 2 ** 20}MiB`;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
  } catch (cause) {
    throw new LabError('Usage', (cause as Error).message, { cause });
  }
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new LabError('Usage', `--${name} '${text}': must be a number from ${least} to ${most}`);
}
