/** What a page shows now: runs inside the page. */
export function inspect() {
  const visible = (element) => element.getClientRects().length > 0;
  const charts = [...document.querySelectorAll('figure.chart')].map((figure) => {
    const svg = [...figure.querySelectorAll('svg')].filter(visible);
    const images = [...figure.querySelectorAll('img')].filter(visible);
    const texts = svg.flatMap((drawing) => [...drawing.querySelectorAll('text')]);
    return {
      title: figure.querySelector('h3')?.textContent ?? '',
      drawings: svg.length + images.length + figure.querySelectorAll('table').length,
      marks: svg.reduce(
        (sum, drawing) =>
          sum +
          drawing.querySelectorAll('[stroke^="var(--s"],[fill^="var(--s"],[stroke="var(--good)"]').length,
        0,
      ),
      imageWidth: images.map((image) => image.naturalWidth),
      smallestText: Math.min(...texts.map((text) => text.getBoundingClientRect().height), 99),
      isSvg: svg.length > 0,
      alternative:
        figure.querySelector('[role=img]')?.getAttribute('aria-label') ??
        figure.querySelector('img')?.alt ??
        figure.querySelector('table caption')?.textContent ??
        '',
    };
  });
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    charts,
    cut: [...document.querySelectorAll('.scroll')]
      .filter((box) => box.scrollWidth > box.clientWidth)
      .map((box) => `${box.getAttribute('aria-label')}: ${box.scrollWidth} in ${box.clientWidth}`),
    tables: [...document.querySelectorAll('.table table')].filter(visible).map((table) => ({
      title: table.closest('section').querySelector('h3').textContent,
      isCards: getComputedStyle(table).display === 'block',
      unnamed: [...table.querySelectorAll('td + td')].filter(
        (cell) =>
          getComputedStyle(table).display === 'block' &&
          !/\w/.test(getComputedStyle(cell, '::before').content),
      ).length,
    })),
    background: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(document.body).color,
  };
}
