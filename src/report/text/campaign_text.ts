import type { CampaignResult } from '../../results/campaign_result.ts';
import { campaignFound, campaignHeadline, campaignNotes, campaignOutcome } from '../figures/campaign_view.ts';
import { printableResult } from '../figures/printable_result.ts';
import { shellWords } from '../figures/shell_words.ts';
import { campaignTables } from '../tables/campaign_tables.ts';
import { styles } from './styles.ts';
import { titledTable, withoutHead } from './text_table.ts';

/** A campaign as people read it in a terminal. */
export function campaignText(given: CampaignResult, { color }: { readonly color: boolean }): string {
  const result = printableResult(given);
  const style = styles(color);
  const said = campaignOutcome(result);
  const mark = result.outcome === 'passed' ? style.good(said) : style.bad(said);
  const lines = [`${style.bold('campaign')}  ${mark}`, `  ${campaignHeadline(result)}`];
  for (const { title, lines: below, command } of campaignFound(result)) {
    lines.push(`  ${title}`, ...below.map((line) => `    ${line}`));
    if (command !== null && command !== '') lines.push(`    ${style.dim(`replay it with: ${command}`)}`);
  }
  lines.push(...campaignNotes(result).map((line) => `  ${line}`));
  const tables = campaignTables(result).map((table) => `\n${withoutHead(titledTable(table))}\n`);
  return `${lines.join('\n')}\n${tables.join('')}\n${style.dim(`Go on with: framelab ${shellWords(result.reproduce)}`)}\n`;
}
