import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LabError } from '../../platform/error.ts';
import type { Warmup } from '../../results/warmup.ts';
import type { Build } from './other_build.ts';

/** What warm-up option to give two builds, so that both do the same. */
export interface CommonWarmup {
  readonly warmup: Warmup | undefined;
  /** By build: whether it has the option. */
  readonly known: readonly boolean[];
}

/**
 * A build that is too old to have warm-ups can be compared with one that has them, if neither warms up.
 *
 * @throws `Usage` if a warm-up was asked for, and one of them has none
 */
export async function commonWarmup(
  builds: readonly Build[],
  asked: Warmup | undefined,
): Promise<CommonWarmup> {
  const known = await Promise.all(builds.map(knowsWarmup));
  const without = builds.find((_, i) => !known[i]);
  if (without === undefined) return { warmup: asked, known };
  if (asked !== undefined && asked !== 'off') {
    throw new LabError(
      'Usage',
      `--warmup: ${without.label} is of before there was one; without it, or with --warmup off, neither side has any`,
    );
  }
  process.stderr.write(
    `${without.label} is of before there was a warm-up: neither side has one, so short runs measure the compiler\n`,
  );
  return { warmup: 'off', known };
}

async function knowsWarmup({ main }: Build): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [main, 'run', '--help']);
    return stdout.includes('--warmup');
  } catch {
    // Any other fault shows better in its first run.
    return true;
  }
}
