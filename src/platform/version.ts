import { readFileSync } from 'node:fs';
import { DIST } from './dist.ts';

/** The version in the package's own package.json. */
export const TOOL_VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', DIST), 'utf8')) as { version: string }
).version;
