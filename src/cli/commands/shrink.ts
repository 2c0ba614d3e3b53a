import { shrink } from '../../explore/shrink/shrink.ts';
import { defineCommand } from '../command.ts';
import { LIMITS, TRUST } from '../groups/exploring.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import type { OptionSpecs } from '../options.ts';
import { shrinkAsJson, shrinkText } from '../shrink_output.ts';

const OUTPUT = {
  output: {
    kind: 'text',
    short: 'o',
    value: 'FILE|DIR',
    help: 'where the smaller replay goes',
    default: 'FILE with .min.json',
  },
  html: {
    kind: 'text',
    value: 'FILE',
    help: 'where the interleaving goes as HTML',
    default: 'FILE with .html',
  },
  'no-html': { kind: 'switch', help: 'write no HTML' },
  json: BARE_OUTPUT.json,
  quiet: { ...BARE_OUTPUT.quiet, help: 'print no interleaving' },
} as const satisfies OptionSpecs;

/** `framelab shrink`. */
export const shrinkCommand = defineCommand({
  usage: ['FILE [options]'],
  about: `
Makes the schedule of a replay file as small as it can, and prints its interleaving.

This runs the scenario that the file names, with your rights: replay files only from where you would take code.`,
  operands: { name: 'FILE', least: 1, most: 1 },
  options: {
    time: { ...LIMITS.time, help: 'time to spend', default: '10s' },
    schedules: {
      ...LIMITS.schedules,
      help: 'executions at most of each attempt with fewer threads or operations',
      default: 1000,
    },
    ...TRUST,
    ...OUTPUT,
  },
  groups: { Output: OUTPUT },
  examples: ['framelab shrink .framelab/counter-check-a3d9d324.json --time 1m'],
  endings: {
    ok: 'shrunk',
    usage: true,
    untrustworthy: 'untrustworthy: the schedule does not fail as recorded',
    crashed: 'a worker could not be started, or ended',
    interrupted: 'interrupted: the smallest schedule until then is kept',
  },
  async run({ values, operands: [file] }, io) {
    const startedAt = new Date().toISOString();
    const result = await shrink(file, {
      timeMs: values.time,
      schedules: values.schedules,
      file: values.output,
      html: values['no-html'] ? null : values.html,
      allowOutside: values['allow-outside'],
      signal: io.interrupt,
      onProgress: io.rewrites ? (line) => io.live(line) : undefined,
    });
    io.line(shrinkText(result, io.quiet));
    if (values.json !== undefined) {
      io.json(await shrinkAsJson({ given: file, startedAt, result, interrupted: io.interrupt.aborted }), 1);
    }
    if (io.interrupt.aborted) return 'interrupted';
    return result.notWritten.length === 0 ? 'ok' : 'usage';
  },
});
