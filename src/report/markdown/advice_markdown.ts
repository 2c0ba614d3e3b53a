import type { Advice } from '../advice/advice.ts';
import { inline } from './markup.ts';

/** What stands out, as a list. */
export function adviceMarkdown(advice: readonly Advice[]): string {
  if (advice.length === 0) return 'Nothing stands out.';
  return advice
    .map(
      ({ finding, evidence, advice: option }) =>
        `- **${inline(finding)}** ${inline(evidence)}${option === null ? '' : ` *Try:* ${inline(option)}`}`,
    )
    .join('\n');
}
