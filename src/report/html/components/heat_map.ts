import { escapeHtml } from '../../../page/markup.ts';
import type { LockResult } from '../../../results/run_result.ts';
import { formatNs } from '../../figures/format.ts';

/** With more workers, cells are too small for figures. */
const FIGURES_MAX = 16;
/** With more workers, a narrow page has no room for figures. */
const NARROW_MAX = 3;

/** Who waited for whom, and how long: a table whose cells are shaded, so that it can be read out too. */
export function waitHeatMap(lock: LockResult): string {
  const most = Math.max(...lock.waitedNs.flat());
  if (!(most > 0)) return '';
  const cpus = lock.waitedNs.map((_, cpu) => cpu);
  // Numbers of neighbours would run into one another.
  const every = Math.ceil(cpus.length / FIGURES_MAX);
  const header = cpus
    .map((cpu) => `<th scope="col"${cpu % every === 0 ? '' : ' class="none"'}>${cpu}</th>`)
    .join('');
  const rows = lock.waitedNs
    .map(
      (row, holder) =>
        `<tr><th scope="row">held by ${holder}</th>${row.map((ns, waiter) => heatCell(ns, ns / most, holder === waiter)).join('')}</tr>`,
    )
    .join('');
  const worst = worstPair(lock);
  const title = escapeHtml(`Who waited for whom: ${lock.name}`);
  return `<figure class="chart heat${cpus.length > NARROW_MAX ? ' many' : ''}" style="--n:${cpus.length}"><figcaption><h3>${title}</h3></figcaption>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><caption>time that a worker (column) waited for a holder (row)</caption><thead><tr><td></td>${header}</tr></thead><tbody>${rows}</tbody></table></div>
<p class="note">${escapeHtml(`Most: worker ${worst.waiter} waited ${formatNs(worst.ns)} for worker ${worst.holder}. The holder is the worker that held the lock when the wait began.`)}</p></figure>`;

  function heatCell(ns: number, share: number, isSelf: boolean): string {
    const text = formatNs(ns);
    const shown = isSelf && ns === 0 ? '–' : cpus.length <= FIGURES_MAX ? text : '';
    const alpha = ns === 0 ? 0.04 : 0.1 + 0.9 * share;
    return `<td${alpha > 0.55 ? ' class="strong"' : ''}><div style="--a:${alpha.toFixed(2)}" title="${text}">${shown}</div></td>`;
  }
}

function worstPair(lock: LockResult): { ns: number; holder: number; waiter: number } {
  let worst = { ns: 0, holder: 0, waiter: 0 };
  lock.waitedNs.forEach((row, holder) => {
    row.forEach((ns, waiter) => {
      if (ns > worst.ns) worst = { ns, holder, waiter };
    });
  });
  return worst;
}
