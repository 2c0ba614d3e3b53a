import { fileURLToPath } from 'node:url';

/** A file's URL as people read it: relative to the working directory where it lies below it. */
export function where(url: string): string {
  const path = fileURLToPath(url);
  const cwd = `${process.cwd()}/`;
  return path.startsWith(cwd) ? path.slice(cwd.length) : path;
}
