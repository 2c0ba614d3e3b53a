import { execFile } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** Where something was measured or run. */
export interface Environment {
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Load averages over 1, 5 and 15 minutes when the run began. */
  readonly load: readonly [number, number, number];
  /** The git commit of the working directory, if any; `-dirty` if files differ from it. */
  readonly commit: string | null;
}

const GIT_TIMEOUT_MS = 2000;

/** Where a run takes place. Asks git, so it takes some milliseconds. */
export async function readEnvironment(): Promise<Environment> {
  const [one, five, fifteen] = loadavg();
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: platform(),
    arch: arch(),
    cpuModel: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    load: [one, five, fifteen],
    commit: await gitCommit(process.cwd()),
  };
}

/** The commit of a folder, `-dirty` if files differ from it; null outside a repository or without git. */
export async function gitCommit(folder: string): Promise<string | null> {
  const git = promisify(execFile);
  const options = { cwd: folder, timeout: GIT_TIMEOUT_MS, windowsHide: true };
  try {
    const [head, status] = await Promise.all([
      git('git', ['rev-parse', '--short=12', 'HEAD'], options),
      git('git', ['status', '--porcelain', '--untracked-files=no'], options),
    ]);
    return head.stdout.trim() + (status.stdout.trim() === '' ? '' : '-dirty');
  } catch {
    return null;
  }
}
