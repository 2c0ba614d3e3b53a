import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolder } from '../../platform/write_file.ts';

const KEY_BYTES = 32;
/** What others may do with a file: nothing, if it is to be a secret. */
const OTHERS = 0o077;

/** The secret of this user on this machine; undefined where there is none that nobody else can read. */
export function userKey(): Buffer | undefined {
  try {
    const path = keyPath();
    // A pipe would never end, and who wrote or can read the file knows the key.
    const about = statSync(path);
    if (!about.isFile() || about.size !== KEY_BYTES) return undefined;
    if (process.getuid !== undefined && (about.uid !== process.getuid() || (about.mode & OTHERS) !== 0)) {
      return undefined;
    }
    const key = readFileSync(path);
    return key.length === KEY_BYTES ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The same; it is made where it is not there yet. Undefined where it cannot be. */
export function makeUserKey(): Buffer | undefined {
  const key = userKey();
  if (key !== undefined) return key;
  try {
    makeKey(keyPath());
  } catch {
    // The home is not there, not ours or full, or another process was as quick.
  }
  return userKey();
}

/** Made under another name first, so that nobody reads a part of it; never in the place of what is there. */
function makeKey(path: string): void {
  makeFolder(dirname(path));
  const draft = `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(draft, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600 });
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function keyPath(): string {
  return join(stateFolder(), 'framelab', 'key');
}

/** Where this system keeps what a user's programs remember. */
function stateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  // A relative one is to be ignored (XDG Base Directory Specification): a stranger's checkout could bring its key along.
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  if (platform() === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  const home = homedir();
  if (!isAbsolute(home)) throw new Error('there is no home');
  return platform() === 'darwin'
    ? join(home, 'Library', 'Application Support')
    : join(home, '.local', 'state');
}
