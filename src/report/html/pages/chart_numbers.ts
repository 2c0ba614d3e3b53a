/** As exact as a picture can show. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** As short as the label of an axis should be. */
export function short(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
