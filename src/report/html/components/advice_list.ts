import { escapeHtml } from '../../../page/markup.ts';
import type { Advice } from '../../advice/advice.ts';

export function adviceList(advice: readonly Advice[]): string {
  if (advice.length === 0) return '<p class="sub">Nothing stands out.</p>';
  const items = advice.map(
    ({ about, finding, evidence, advice: option }) =>
      `<li class="${about}"><p><b>${escapeHtml(finding)}</b> ${escapeHtml(evidence)}</p>${option === null ? '' : `<p class="try">${escapeHtml(option)}</p>`}</li>`,
  );
  return `<ul class="advice">${items.join('')}</ul>`;
}
