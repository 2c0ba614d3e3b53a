import {
  againCommand,
  type Explored,
  foundIn,
  headline,
  notesOn,
  outcomeOf,
  outcomeText,
} from '../figures/exploration_view.ts';
import { printableResult } from '../figures/printable_result.ts';
import { explorationTables } from '../tables/exploration_tables.ts';
import { foundMarkdown } from './found_markdown.ts';
import { markdownTables } from './markdown_table.ts';
import { codeSpan, inline, inlineAtStart } from './markup.ts';

/** An exploration, or a replay file, as a Markdown document. */
export function explorationMarkdown(given: Explored): string {
  const result = printableResult(given);
  return `# framelab: ${inline(result.scenario)}

**${outcomeText(result)}** · ${inline(headline(result))}

${body(result)}
`;
}

/** A short form for a page that lists the steps of a build: `$GITHUB_STEP_SUMMARY`. */
export function explorationSummary(given: Explored): string {
  const result = printableResult(given);
  const outcome = outcomeOf(result);
  const mark = outcome === 'passed' ? '✅' : outcome === 'unproved' || outcome === 'interrupted' ? '⚠️' : '❌';
  return `### ${mark} framelab ${inline(result.scenario)}: ${outcomeText(result)}

${inline(headline(result))}

<details><summary>Details</summary>

${body(result)}

</details>
`;
}

function body(result: Explored): string {
  const found = foundIn(result).map(foundMarkdown);
  const notes = notesOn(result).map((line) => `- ${inlineAtStart(line)}`);
  const parts = [...found, notes.join('\n'), markdownTables(explorationTables(result))];
  return [...parts, `Again: ${codeSpan(againCommand(result))}`].filter((part) => part !== '').join('\n\n');
}
