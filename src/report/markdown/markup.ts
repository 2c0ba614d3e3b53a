/** Text that stays text: no table cell ends early, nothing becomes a tag, a link, code or emphasis. */
export function inline(text: string): string {
  return (
    text
      .replace(/[\\`*[\]|~$]/g, '\\$&')
      // Inside a word an underscore is one.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/\s*\n\s*/g, ' ')
  );
}

/** The same at the beginning of a line, where a heading, a list or a rule could begin. */
export function inlineAtStart(text: string): string {
  return inline(text)
    .replace(/^\s*(?=[#+=-])/, '\\')
    .replace(/^\s*(\d+)(?=[.)](?:\s|$))/, '$1\\');
}

/** Between more backticks than the text has in a row, so that it cannot end the code. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
}
