import { readFileSync } from 'node:fs';

/** The version in the package's own package.json, three folders above the compiled file. */
export const TOOL_VERSION: string = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
