/** Marks that stay in the text of a terminal; without colour, each returns the text unchanged. */
export interface Styles {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

export function styles(color: boolean): Styles {
  const wrap = (code: number) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  return { bold: wrap(1), good: wrap(32), bad: wrap(31), dim: wrap(2) };
}
