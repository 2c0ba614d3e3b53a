import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** True for the path or file URL of a folder; false if it does not exist or cannot be read. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path.startsWith('file:') ? fileURLToPath(path) : path).isDirectory();
  } catch {
    return false;
  }
}
