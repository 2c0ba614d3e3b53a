/** The texts that a page shows now, each with its colour and what is behind it, as numbers: runs inside the page. */
export function inspectContrast() {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => part * a + below[i] * (1 - a));
  const backgroundOf = (element) => {
    if (element === null) return [255, 255, 255];
    const color = parse(getComputedStyle(element).backgroundColor);
    return color[3] === 1 ? color.slice(0, 3) : over(color, backgroundOf(element.parentElement));
  };
  const found = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    if (element.getClientRects().length === 0 || element.closest('.unseen') !== null) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim());
    const texts = [[own.join(' ').trim(), getComputedStyle(element)]];
    const before = getComputedStyle(element, '::before');
    if (!['none', '""'].includes(before.content)) texts.push([before.content, before]);
    for (const [text, style] of texts) {
      if (text === '') continue;
      const background = backgroundOf(element);
      const color = over(parse(style.color), background);
      found.set(`${color} on ${background}`, { text: text.slice(0, 40), color, background });
    }
  }
  return [...found.values()];
}

/** What a step's page shows now: runs inside the page. */
export function inspectStep() {
  const part = (name) => document.querySelector(`[data-part=${name}]`);
  const lines = (name, selector) =>
    [...part(name).querySelectorAll(selector)].map((line) =>
      [...line.children].map((child) => child.textContent.trim()).join(': '),
    );
  const visible = (element) => element.getClientRects().length > 0;
  return {
    number: part('number').textContent,
    operation: part('operation').textContent,
    source: part('source').querySelector('mark')?.textContent.trim(),
    threads: lines('threads', 'li'),
    memory: lines('memory', 'tr'),
    changed: [...part('memory').querySelectorAll('.changed')].length,
    current: [...document.querySelectorAll('[aria-current=step]')].map((row) =>
      Number(row.querySelector('th').textContent),
    ),
    shown: [...document.querySelectorAll('#steps tbody:not(.fold) tr')].filter(visible).length,
    inView: [...document.querySelectorAll('[aria-current=step]')].every((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }),
    changedInView: [...part('memory').querySelectorAll('.changed')].every((cell) => {
      const { top, bottom } = cell.getBoundingClientRect();
      const box = cell.closest('.memory').getBoundingClientRect();
      return top >= box.top && bottom <= box.bottom;
    }),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}

/** Where the step in view and the panel are on a phone, and what the step says of a word: runs inside the page. */
export function inspectPhone() {
  const row = document.querySelector('[aria-current=step]');
  const cell = row.querySelector('[class^=w]');
  return {
    bottom: row.getBoundingClientRect().bottom,
    panel: document.querySelector('#panel').getBoundingClientRect().top,
    chip: getComputedStyle(cell, '::before').content + cell.textContent,
  };
}
