import type { CampaignResult } from '../../results/campaign_result.ts';
import { campaignFound, campaignHeadline, campaignNotes, campaignOutcome } from '../figures/campaign_view.ts';
import { printableResult } from '../figures/printable_result.ts';
import { shellWords } from '../figures/shell_words.ts';
import { campaignTables } from '../tables/campaign_tables.ts';
import { foundMarkdown } from './found_markdown.ts';
import { markdownTables } from './markdown_table.ts';
import { codeSpan, inline, inlineAtStart } from './markup.ts';

/** A campaign as a Markdown document. */
export function campaignMarkdown(given: CampaignResult): string {
  const result = printableResult(given);
  return `# framelab: campaign

**${campaignOutcome(result)}** · ${inline(campaignHeadline(result))}

${body(result)}
`;
}

/** A short form for a page that lists the steps of a build: `$GITHUB_STEP_SUMMARY`. */
export function campaignSummary(given: CampaignResult): string {
  const result = printableResult(given);
  const { outcome } = result;
  const mark = outcome === 'passed' ? '✅' : outcome === 'violation' ? '❌' : '⚠️';
  return `### ${mark} framelab campaign: ${campaignOutcome(result)}

${inline(campaignHeadline(result))}

<details><summary>Details</summary>

${body(result)}

</details>
`;
}

function body(result: CampaignResult): string {
  const notes = campaignNotes(result).map((line) => `- ${inlineAtStart(line)}`);
  const parts = [
    ...campaignFound(result).map(foundMarkdown),
    notes.join('\n'),
    markdownTables(campaignTables(result)),
    `Go on with ${codeSpan(`framelab ${shellWords(result.reproduce)}`)}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
