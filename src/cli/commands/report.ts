import { callCommand } from '../../platform/call_command.ts';
import { LabError } from '../../platform/error.ts';
import { csvReport } from '../../report/csv.ts';
import { isExplored, type Reportable } from '../../report/figures/exploration_view.ts';
import { junitReport } from '../../report/junit.ts';
import { campaignMarkdown, campaignSummary } from '../../report/markdown/campaign_markdown.ts';
import { explorationMarkdown, explorationSummary } from '../../report/markdown/exploration_markdown.ts';
import { markdownReport } from '../../report/markdown/run_markdown.ts';
import { githubSummary } from '../../report/markdown/step_summary.ts';
import { sweepMarkdown } from '../../report/markdown/sweep_markdown.ts';
import { campaignText } from '../../report/text/campaign_text.ts';
import { explorationText } from '../../report/text/exploration_text.ts';
import { terminalReport } from '../../report/text/run_text.ts';
import { sweepText } from '../../report/text/sweep_text.ts';
import { nameOf, readAny } from '../../results/read.ts';
import { defineCommand } from '../command.ts';
import { requireWritable, writeOutput } from '../output.ts';

const FORMATS = ['terminal', 'markdown', 'csv', 'junit', 'github', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** The format by a file's name, if no other is given. */
const FORMAT_BY_ENDING: Readonly<Record<string, Format>> = {
  html: 'html',
  htm: 'html',
  md: 'markdown',
  csv: 'csv',
  xml: 'junit',
  txt: 'terminal',
};

/** `framelab report`. */
export const reportCommand = defineCommand({
  usage: ['FILE... [options]'],
  about: `
Shows results that \`framelab run\` or \`explore\` wrote with --json FILE, the summary.json of a campaign, and replay files: as a page with charts and the RAM as a picture (html), for
a CI's test view (junit) or step summary (github), for spreadsheets (csv), for documents (markdown), or here.`,
  operands: { name: 'FILE', least: 1, most: Number.POSITIVE_INFINITY },
  options: {
    format: {
      kind: 'one-of',
      value: 'FORMAT',
      of: FORMATS,
      help: 'what to write',
      default: "by the output's name, else terminal",
    },
    output: {
      kind: 'text',
      short: 'o',
      value: 'FILE|-',
      help: 'write it there instead of standard output',
    },
  },
  examples: ['framelab run --json r.json && framelab report r.json --output r.html'],
  endings: { ok: 'written', usage: true },
  async run({ values, operands }, io) {
    const { output, format = formatOf(output) } = values;
    requireWritable('--output', output);
    const results = operands.flatMap(readReportable);
    writeOutput('--output', output, await render(results, format, output === undefined && io.color));
    return 'ok';
  },
});

/** @throws `Usage` for a result that has no report */
function readReportable(file: string): readonly Reportable[] {
  const result = readAny(file);
  if (result.kind === 'explorations') return result.explorations;
  if (result.kind === 'run' || result.kind === 'sweep' || result.kind === 'campaign' || isExplored(result))
    return [result];
  const shown = 'there are reports of runs, sweeps, explorations, campaigns and replay files';
  throw new LabError('Usage', `${file}: is ${nameOf(result.kind)}; ${shown}`);
}

/** The format by the name of the output. */
function formatOf(output: string | undefined): Format {
  const ending = /\.(\w+)$/.exec(output ?? '')?.[1].toLowerCase() ?? '';
  return FORMAT_BY_ENDING[ending] ?? 'terminal';
}

async function render(results: readonly Reportable[], format: Format, color: boolean): Promise<string> {
  switch (format) {
    case 'terminal':
      return results
        .map((result) => {
          if (isExplored(result)) return explorationText(result, { color });
          if (result.kind === 'campaign') return campaignText(result, { color });
          return result.kind === 'sweep'
            ? sweepText(result)
            : terminalReport(result, { color, command: callCommand() });
        })
        .join('\n');
    case 'markdown':
      return results
        .map((result) => {
          if (isExplored(result)) return explorationMarkdown(result);
          if (result.kind === 'campaign') return campaignMarkdown(result);
          return result.kind === 'sweep' ? sweepMarkdown(result) : markdownReport(result);
        })
        .join('\n---\n\n');
    case 'github':
      return results
        .map((result) => {
          if (isExplored(result)) return explorationSummary(result);
          if (result.kind === 'campaign') return campaignSummary(result);
          return result.kind === 'sweep' ? sweepMarkdown(result) : githubSummary(result);
        })
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
