/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Colours of workers and of a chart's series: light, dark. In CSS they are `--s0`, `--s1` and so on. */
export const SERIES_COLORS: readonly (readonly [Rgb, Rgb])[] = [
  [
    [37, 99, 199],
    [107, 163, 245],
  ],
  [
    [204, 112, 22],
    [240, 160, 84],
  ],
  [
    [162, 59, 122],
    [219, 132, 190],
  ],
  [
    [94, 80, 173],
    [165, 151, 235],
  ],
  [
    [23, 132, 122],
    [79, 190, 178],
  ],
  [
    [168, 130, 10],
    [218, 187, 82],
  ],
  [
    [178, 52, 52],
    [235, 124, 118],
  ],
  [
    [84, 100, 120],
    [150, 167, 188],
  ],
];

/** The variables of the first `count` of them, for a style sheet. @param theme 0 light, 1 dark */
export function seriesVariables(theme: 0 | 1, count = SERIES_COLORS.length): string {
  return SERIES_COLORS.slice(0, count)
    .map((colors, i) => `--s${i}:rgb(${colors[theme].join(' ')});`)
    .join('');
}
