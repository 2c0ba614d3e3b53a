import { LabError } from '../../platform/error.ts';
import { csvReport } from '../../report/csv.ts';
import { junitReport } from '../../report/junit.ts';
import { markdownReport } from '../../report/markdown/run_markdown.ts';
import { githubSummary } from '../../report/markdown/step_summary.ts';
import { sweepMarkdown } from '../../report/markdown/sweep_markdown.ts';
import { terminalReport } from '../../report/text/run_text.ts';
import { sweepText } from '../../report/text/sweep_text.ts';
import { nameOf, readAny } from '../../results/read.ts';
import type { RunResult } from '../../results/run_result.ts';
import type { SweepResult } from '../../results/sweep_result.ts';
import { callCommand, EXIT_OK, usesColor } from '../command.ts';
import { type OptionSpecs, oneOf, optionLines, parseOptions } from '../options.ts';
import { requireWritable, writeOutput } from '../output.ts';

const FORMATS = ['terminal', 'markdown', 'csv', 'junit', 'github', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** What a file's name says of its format, where nothing else does. */
const FORMAT_BY_ENDING: Readonly<Record<string, Format>> = {
  html: 'html',
  htm: 'html',
  md: 'markdown',
  csv: 'csv',
  xml: 'junit',
  txt: 'terminal',
};

const OPTIONS: OptionSpecs = {
  format: {
    value: 'FORMAT',
    help: `${FORMATS.join(', ')}\n(default: by the output's name, else terminal)`,
  },
  output: { value: 'FILE', help: 'write it there instead of standard output' },
  help: { short: 'h', help: 'this text' },
};

const HELP = `Usage: framelab report FILE... [options]

Shows results that \`framelab run --json FILE\` wrote: as a page with charts and the RAM as a picture (html), for
a CI's test view (junit) or step summary (github), for spreadsheets (csv), for documents (markdown), or here.

${optionLines(OPTIONS)}

  framelab run --json r.json && framelab report r.json --output r.html
`;

/** `framelab report`. */
export async function reportCommand(args: readonly string[]): Promise<number> {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  if (given.positionals.length === 0) throw new LabError('Usage', 'report takes one or more result files');
  const output = given.text('output');
  const format = formatOf(given.text('format'), output);
  requireWritable('--output', output);
  const results = given.positionals.map(readResult);
  const text = await render(results, format, output === undefined && usesColor(process.stdout));
  writeOutput('--output', output, text);
  return EXIT_OK;
}

function readResult(file: string): RunResult | SweepResult {
  const result = readAny(file);
  if (result.kind === 'run' || result.kind === 'sweep') return result;
  throw new LabError('Usage', `${file}: is ${nameOf(result.kind)}; report shows runs and sweeps`);
}

function formatOf(given: string | undefined, output: string | undefined): Format {
  if (given !== undefined) return oneOf('--format', given, FORMATS);
  const ending = /\.(\w+)$/.exec(output ?? '')?.[1].toLowerCase() ?? '';
  return FORMAT_BY_ENDING[ending] ?? 'terminal';
}

async function render(
  results: readonly (RunResult | SweepResult)[],
  format: Format,
  color: boolean,
): Promise<string> {
  switch (format) {
    case 'terminal':
      return results
        .map((result) =>
          result.kind === 'sweep'
            ? sweepText(result)
            : terminalReport(result, { color, command: callCommand() }),
        )
        .join('\n');
    case 'markdown':
      return results
        .map((result) => (result.kind === 'sweep' ? sweepMarkdown(result) : markdownReport(result)))
        .join('\n---\n\n');
    case 'github':
      return results
        .map((result) => (result.kind === 'sweep' ? sweepMarkdown(result) : githubSummary(result)))
        .join('\n');
    case 'csv':
      return csvReport(results);
    case 'junit':
      return junitReport(results);
    case 'html':
      // The chart library takes a while to load, and only pages need it.
      return (await import('../../report/html/pages/report_page.ts')).htmlReport(results);
  }
}
