import { execFile } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { homedir, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LabError } from '../../platform/error.ts';
import { Interrupted } from '../interrupt.ts';

/** A commit's files, with its dependencies, built. */
export interface Checkout {
  readonly folder: string;
  /** False if the commit is of a project that uses framelab. */
  readonly isFramelab: boolean;
}

/** The path of a build's command line from its root. */
export const MAIN = 'dist/src/cli/main.js';
/** The source of `MAIN`. */
const MAIN_SOURCE = 'src/cli/main.ts';
/** Installing and building are each given up after this time. */
const STEP_TIMEOUT_MS = 10 * 60_000;
const OUTPUT_BYTES_MAX = 16 * 2 ** 20;
/** How many lines of a failed step's output are shown. */
const LINES_SHOWN = 12;
/** How many checkouts are kept, beside those used within a day, which may be in use. */
const KEPT = 6;
const DAY_MS = 86_400_000;

/**
 * Checks a commit out and builds it, or takes an earlier build of it.
 *
 * @param root of its repository; its installed dependencies are used if the lock file is the same
 * @throws `Usage` if the commit is too old or does not build
 */
export async function checkoutOf(commit: string, root: string, signal: AbortSignal): Promise<Checkout> {
  const builds = buildsFolder();
  const folder = join(builds, commit.slice(0, 16));
  if (!isUsable(folder)) {
    // Made elsewhere and then moved, so that half a build is never taken for one.
    const draft = `${folder}.draft-${process.pid}`;
    const clean = () => rmSync(draft, { recursive: true, force: true, maxRetries: 3 });
    // A second Ctrl-C ends the process at once.
    process.once('exit', clean);
    try {
      await make(draft, commit, root, signal);
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
    } finally {
      clean();
      process.off('exit', clean);
    }
  }
  const now = new Date();
  utimesSync(folder, now, now);
  prune(builds);
  return { folder, isFramelab: isFramelab(folder) };
}

async function make(draft: string, commit: string, root: string, signal: AbortSignal): Promise<void> {
  const short = commit.slice(0, 12);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const step = async (what: string, command: string, args: readonly string[], folder = draft) => {
    process.stderr.write(`${short}: ${what}\n`);
    try {
      await promisify(execFile)(command, [...args], {
        cwd: folder,
        signal,
        timeout: STEP_TIMEOUT_MS,
        maxBuffer: OUTPUT_BYTES_MAX,
        shell: platform() === 'win32',
      });
    } catch (cause) {
      if (signal.aborted) throw new Interrupted();
      throw new LabError('Usage', `--against ${short}: ${what} failed: ${lastWords(cause)}`, { cause });
    }
  };
  const archive = join(draft, '..', `${short}-${process.pid}.tar`);
  try {
    await step('checking out', 'git', ['archive', '--format=tar', `--output=${archive}`, commit], root);
    await step('unpacking', 'tar', ['-xf', archive]);
  } finally {
    rmSync(archive, { force: true });
  }
  if (!existsSync(join(draft, 'package.json'))) return;
  if (isFramelab(draft) && !existsSync(join(draft, MAIN_SOURCE))) {
    throw new LabError(
      'Usage',
      `--against ${short}: is too old: that commit has no command line yet (no ${MAIN_SOURCE})`,
    );
  }
  await installDependencies(draft, root, step);
  await step('building', 'npm', ['run', '-s', '--if-present', 'build']);
  if (isFramelab(draft) && !existsSync(join(draft, MAIN))) {
    throw new LabError('Usage', `--against ${short}: its build made no ${MAIN}`);
  }
}

type Step = (what: string, command: string, args: readonly string[]) => Promise<void>;

/** The dependencies that are installed here, if they are the same; then nothing is fetched. */
async function installDependencies(draft: string, root: string, step: Step): Promise<void> {
  const here = join(root, 'node_modules');
  const lock = (folder: string) => {
    const file = join(folder, 'package-lock.json');
    return existsSync(file) ? dependenciesOf(readFileSync(file, 'utf8')) : null;
  };
  const wanted = lock(draft);
  const isSame = wanted === null || wanted === lock(root);
  if (!isSame || (wanted !== null && !existsSync(here))) {
    try {
      return await step('installing its dependencies', 'npm', [
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
      ]);
    } catch (error) {
      if (!existsSync(here) || error instanceof Interrupted) throw error;
      // Without a network, or if a version is gone: better than nothing, and reported.
      process.stderr.write(`${(error as Error).message}\nUsing the dependencies that are installed here.\n`);
      rmSync(join(draft, 'node_modules'), { recursive: true, force: true });
    }
  }
  if (existsSync(here)) symlinkSync(here, join(draft, 'node_modules'), 'junction');
}

/** A lock file without the package's own entry: a new version or script changes no dependency. */
function dependenciesOf(lockFile: string): string {
  const { packages = {} } = JSON.parse(lockFile) as { packages?: Record<string, Record<string, unknown>> };
  const { dependencies, devDependencies, optionalDependencies } = packages[''] ?? {};
  return JSON.stringify({ ...packages, '': { dependencies, devDependencies, optionalDependencies } });
}

function isFramelab(folder: string): boolean {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name === 'framelab';
  } catch {
    return false;
  }
}

/** True if it exists, and the dependencies that it borrowed still do. */
function isUsable(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const dependencies = join(folder, 'node_modules');
  const isThere = lstatSync(dependencies, { throwIfNoEntry: false }) !== undefined;
  return !isThere || existsSync(dependencies);
}

/** Removes the least recently used checkouts, and the remains of interrupted builds. */
function prune(builds: string): void {
  const unused = readdirSync(builds)
    .map((name) => ({ path: join(builds, name), name }))
    .map((entry) => ({ ...entry, usedMs: statSync(entry.path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedMs - a.usedMs)
    .filter(({ name }, i) => i >= KEPT || /\.draft-\d+$|\.tar$/.test(name))
    .filter(({ usedMs }) => usedMs < Date.now() - DAY_MS);
  for (const { path } of unused) rmSync(path, { recursive: true, force: true });
}

/** Where builds are kept: among the user's caches, or, if they are not writable, in the folder for temporary files. */
function buildsFolder(): string {
  const usual = join(cacheFolder(), 'framelab', 'builds');
  try {
    mkdirSync(usual, { recursive: true });
    accessSync(usual, constants.W_OK);
    return usual;
  } catch {
    const folder = join(tmpdir(), `framelab-builds-${process.getuid?.() ?? 'user'}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}

/** Where this system keeps caches. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (platform() === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  return platform() === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

/** The end of what a failed command printed. */
function lastWords(cause: unknown): string {
  const { stdout, stderr, message, code, killed } = cause as {
    stdout?: string;
    stderr?: string;
    message: string;
    code?: string | number;
    killed?: boolean;
  };
  if (code === 'ENOENT') return message;
  const printed = `${stdout ?? ''}\n${stderr ?? ''}`.trim();
  const end = printed.split('\n').slice(-LINES_SHOWN).join('\n');
  return `${killed ? `given up after ${STEP_TIMEOUT_MS / 60_000} minutes; ` : ''}${end === '' ? message : `\n${end}`}`;
}
