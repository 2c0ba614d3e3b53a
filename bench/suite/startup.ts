import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Starts the command line as a user does, and reads from its result after how many milliseconds the first operation began. */
export async function measureStartup(repetitions: number): Promise<number[]> {
  const cli = new URL('../../src/cli/main.js', import.meta.url).pathname;
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    // The first operation is that of a warm-up, if there is one: what comes after it does not count.
    const amount = ['--operations', '1000', '--warmup', 'off'];
    const args = [cli, 'run', 'churn', ...amount, '--workers', '2', '--json', '-'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 });
    const { durations } = JSON.parse(stdout);
    times.push(durations.processToRunMs + durations.setupMs);
  }
  return times;
}
