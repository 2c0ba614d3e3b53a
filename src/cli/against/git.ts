import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const GIT_TIMEOUT_MS = 30_000;
/** For names and hashes; archives of commits do not come this way. */
const OUTPUT_BYTES_MAX = 2 ** 20;

/** What git answers, trimmed. Rejects with git's own error, whose `stderr` says why. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, {
    cwd: folder,
    timeout: GIT_TIMEOUT_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return stdout.trim();
}

/** The root of the repository that a folder is in; null if it is in none, or without git. */
export function repositoryOf(folder: string): Promise<string | null> {
  return git(folder, 'rev-parse', '--show-toplevel').catch(() => null);
}
