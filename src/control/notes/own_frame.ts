/**
 * Which frames of a stack are the explorer's own. They are known by where this package was loaded from: a user's file may
 * lie in a folder of any name.
 */
import { fileURLToPath } from 'node:url';
import { DIST } from '../../platform/dist.ts';

/** The explorer's folders. What else this package has may be code under test. */
const FOLDERS = ['control', 'intercept', 'strategies', 'observe', 'verdicts', 'explore'] as const;

/** Where they lie as compiled; and as written, which is what a stack shows where source maps are on. */
const COMPILED = `${DIST}src/`;
const WRITTEN = COMPILED.replace(/\/dist\/src\/$/, '/src/');
const ENTRY = `${DIST}workers/explore.`;
/** What a worker loads of all that, in one file and what that imports late. */
const BUNDLE = `${DIST}bundle/`;
const WRITTEN_ENTRY = ENTRY.replace(/\/dist\/workers\/explore\.$/, '/workers/explore.');

/** Module URLs and paths, for stacks show both, up to the name within the folder. */
export const OWN_FILES: readonly string[] = [
  ...FOLDERS.flatMap((folder) => [`${COMPILED}${folder}/`, `${WRITTEN}${folder}/`]),
  BUNDLE,
  ENTRY,
  WRITTEN_ENTRY,
].flatMap((url) => [url, fileURLToPath(url)]);

/** True for a line of a stack that lies within the explorer. */
export function isOwnFrame(line: string): boolean {
  const place = /(?:file:\/\/|\/|[A-Za-z]:[\\/]).*/.exec(line)?.[0];
  return place !== undefined && isOwnFile(place);
}

/** True for a module URL or path within the explorer. */
export function isOwnFile(file: string): boolean {
  for (let i = 0; i < OWN_FILES.length; i++) if (file.startsWith(OWN_FILES[i])) return true;
  return false;
}
