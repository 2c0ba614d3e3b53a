import type { OptionSpecs } from '../options.ts';

/** Where results go; the same for every command that has one. `--output` is for a command's own product. */
export const OUTPUT = {
  json: {
    kind: 'text',
    short: 'o',
    also: 'output',
    value: 'FILE|-',
    help: 'write the result as JSON to a file, or with - alone to standard output',
  },
  quiet: { kind: 'switch', short: 'q', help: 'no progress lines' },
} as const satisfies OptionSpecs;

/** The same for commands that have another product, and whose `--json` needs no file name. */
export const BARE_OUTPUT = {
  json: {
    kind: 'text',
    value: 'FILE|-',
    bare: '-',
    help:
      'write the result as JSON, alone, to standard output, or to FILE: after =, or after a space where it ends in ' +
      '.json and is not the only file that is given',
  },
  quiet: { kind: 'switch', short: 'q', help: 'print nothing but what was found' },
} as const satisfies OptionSpecs;
