import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Mutant } from '../mutants/mutant.ts';
import { withMutant } from '../mutants/package_copy.ts';

/** How a planted bug is hammered. */
export interface StressEffort {
  readonly tries: number;
  readonly seconds: number;
  /** Cores that its workers may run on; null for no choice. */
  readonly cores: readonly number[] | null;
}

/** What runs of the lab came to on a mutant. */
export interface MutantStress {
  readonly mutant: string;
  readonly tries: number;
  readonly seconds: number;
  /** The try, from 1, that showed it; null for none. */
  readonly found: number | null;
  /** What the run said first; null for nothing. */
  readonly said: string | null;
}

/** Exit codes of a violation, and of a worker that crashed or hung. */
const FOUND = [1, 5];

/** A run that takes so much longer than it was told to is stuck, even on a busy machine. */
const LIMIT_MS = 60_000;

/** Runs the workload that reaches the bug, up to the first try that shows it. */
export function stressMutant(mutant: Mutant, effort: StressEffort): Promise<MutantStress> {
  const { tries, seconds, cores } = effort;
  return withMutant(mutant, async (root) => {
    for (let one = 1; one <= tries; one++) {
      const said = await runOnce(root, mutant.stress ?? [], one, seconds, cores);
      if (said !== null) return { mutant: mutant.name, tries, seconds, found: one, said };
    }
    return { mutant: mutant.name, tries, seconds, found: null, said: null };
  });
}

/** A run as a user would start it. @returns what it found, null for nothing */
function runOnce(
  root: string,
  args: readonly string[],
  seed: number,
  seconds: number,
  cores: readonly number[] | null,
): Promise<string | null> {
  const program = [join(root, 'dist/src/cli/main.js'), 'run', ...args, '--seed', `${seed}`];
  program.push('--duration', `${seconds}s`, '--warmup', 'off', '--hang-timeout', '2s', '--json', '-', '-q');
  const [command, ...before] = [...(cores === null ? [] : ['taskset', '-c', cores.join()]), process.execPath];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...program], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data;
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000 + LIMIT_MS);
    child.on('close', (code, killed) => {
      clearTimeout(timer);
      if (killed !== null) resolve(`it did not end (${killed})`);
      else if (code === 0) resolve(null);
      else if (FOUND.includes(code!)) resolve(symptomIn(stdout) ?? `exit code ${code}`);
      else reject(new Error(`run ${args.join(' ')}: exit code ${code}: ${stderr}`));
    });
  });
}

/** The symptom of the first violation of a run's result. */
function symptomIn(json: string): string | null {
  try {
    const result = JSON.parse(json) as { verdict: { violations: readonly { symptom: string }[] } };
    return result.verdict.violations[0]?.symptom ?? null;
  } catch {
    return null;
  }
}
