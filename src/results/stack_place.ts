import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceLine } from './finding.ts';

/** Where framelab's own code is: a place in the user's code says more. */
const OWN = dirname(dirname(fileURLToPath(import.meta.url)));

/** The innermost frame of a stack that is not framelab's own, otherwise the innermost of all; null if it has none. */
export function innermostPlace(stack: string): SourceLine | null {
  const places = stack.split('\n').flatMap((line) => {
    const match = /^\s*at (?:(.*) \()?(file:\/\/[^)]*|\/[^)]*):(\d+):\d+\)?$/.exec(line);
    if (match === null) return [];
    const file = match[2].startsWith('file:') ? fileURLToPath(match[2].replace(/\?.*$/, '')) : match[2];
    return [{ file, line: Number(match[3]), function: match[1] ?? '' }];
  });
  const place = places.find(({ file }) => !file.startsWith(`${OWN}/`)) ?? places[0];
  return place === undefined ? null : { ...place, file: belowHere(place.file) };
}

function belowHere(path: string): string {
  const here = `${process.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}
