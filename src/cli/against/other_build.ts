import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import { gitCommit } from '../../results/environment.ts';
import { checkoutOf, MAIN } from './checkout.ts';
import { git, repositoryOf } from './git.ts';

/** One side of a comparison of builds. */
export interface Build {
  /** Its name for people. */
  readonly label: string;
  /** Its command line. */
  readonly main: string;
  /** The working folder of its runs: relative paths of modules begin there. */
  readonly folder: string;
  /** Null if it is not of a commit. */
  readonly commit: string | null;
}

const PACKAGE = fileURLToPath(new URL('../../../../', import.meta.url));

/** The build that is running. */
export async function thisBuild(): Promise<Build> {
  const folder = process.cwd();
  // In a project that uses framelab, its modules change from commit to commit.
  const commit = (await gitCommit(folder)) ?? (await gitCommit(PACKAGE));
  const at = commit === null ? '' : ` (${describeCommit(commit)})`;
  return { label: `this build${at}`, main: join(PACKAGE, MAIN), folder, commit };
}

/**
 * The build that `--against` names: a built checkout, or a commit, which is checked out and built in a cache.
 *
 * @throws `Usage`, saying what the name is not and why
 */
export async function otherBuild(against: string, signal: AbortSignal): Promise<Build> {
  const main = resolve(against, MAIN);
  if (existsSync(main)) {
    const commit = await gitCommit(resolve(against));
    const at = commit === null ? '' : ` (${describeCommit(commit)})`;
    return { label: `${against}${at}`, main, folder: process.cwd(), commit };
  }
  const { commit, root } = await commitOf(against);
  const checkout = await checkoutOf(commit, root, signal);
  const short = commit.slice(0, 12);
  return {
    label: commit.startsWith(against) ? short : `${against} (${short})`,
    main: checkout.isFramelab ? join(checkout.folder, MAIN) : join(PACKAGE, MAIN),
    folder: sameFolderIn(checkout.folder, root),
    commit: short,
  };
}

/** @throws `Usage`, saying why a name is neither a build nor a commit */
async function commitOf(name: string): Promise<{ readonly commit: string; readonly root: string }> {
  // Not framelab's own checkout: a call from another folder does not mean its commits.
  const root = await repositoryOf(process.cwd());
  const isFolder = statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const noBuild = isFolder
    ? `that folder is no built checkout: it has no ${MAIN} (npm run build makes it)`
    : 'is no folder';
  if (root === null) {
    throw new LabError(
      'Usage',
      `--against '${name}': ${noBuild}; and ${process.cwd()} is in no git repository, whose commits could be meant; call it in the one that you mean`,
    );
  }
  try {
    const commit = await git(root, 'rev-parse', '--verify', '--end-of-options', `${name}^{commit}`);
    return { commit, root };
  } catch (cause) {
    // `Needed a single revision` is git's message for an unknown name.
    const said = `${(cause as { stderr?: string }).stderr ?? ''}`
      .trim()
      .split('\n')[0]
      .replace('fatal: Needed a single revision', '');
    const isShallow = (await git(root, 'rev-parse', '--is-shallow-repository').catch(() => '')) === 'true';
    const hint = isShallow ? '; it is a shallow clone, which has few: git fetch --unshallow' : '';
    throw new LabError(
      'Usage',
      `--against '${name}': ${noBuild}, and no git commit of ${root}${said === '' ? '' : ` (${said})`}${hint}`,
      { cause },
    );
  }
}

/** Where in a checkout the working directory would be; its root, if the commit has no such folder. */
function sameFolderIn(checkout: string, root: string): string {
  const below = relative(root, process.cwd());
  const folder = below.startsWith('..') || isAbsolute(below) ? checkout : join(checkout, below);
  return existsSync(folder) ? folder : checkout;
}

function describeCommit(commit: string): string {
  return commit.replace(/-dirty$/, ' with changes that are not committed');
}
