import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of known findings without any, in that folder: what is known in the working folder is no excuse here. */
export function nothingKnown(directory: string): string {
  const known = join(directory, 'known.json');
  writeFileSync(known, JSON.stringify({ format: 'framelab-known', version: 1, findings: [] }));
  return known;
}
