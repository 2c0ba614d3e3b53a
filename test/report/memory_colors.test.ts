import { describe, expect, test } from 'vitest';
import { memoryState } from '#src/report/html/components/memory_colors.js';
import { memoryFigure } from '#src/report/html/components/memory_figure.js';
import type { MemoryPicture } from '#src/results/run_result.js';

// Two colours of the RAM picture that look alike make its legend useless. How far apart colours are is measured in OKLab
// (Ottosson 2020), where a just noticeable difference is about 0.02, for normal sight and for people without red or green
// cones, as Machado, Oliveira and Fernandes (2009) simulate them.

type Rgb = readonly number[];

const SIGHTS: Record<string, readonly Rgb[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const times = (matrix: readonly Rgb[], v: Rgb) =>
  matrix.map((row) => row.reduce((sum, m, i) => sum + m * v[i], 0));

function linear(rgb: Rgb): Rgb {
  return rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

const LMS = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const LAB = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

function seen(rgb: Rgb, sight: string): Rgb {
  const light = times(SIGHTS[sight], linear(rgb)).map((part) => Math.min(1, Math.max(0, part)));
  return times(LAB, times(LMS, light).map(Math.cbrt));
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(...a.map((value, i) => value - b[i]));

/** Five times a just noticeable difference. */
const APART = 0.1;

const STATES = [
  ...[0, 1, 2, 3].map((cpu) => memoryState('allocated', cpu, 4)),
  ...['cached', 'pool', 'free', 'metadata', 'early', 'kernel', 'reserved', 'withheld', 'hole'].map((state) =>
    memoryState(state, 0, 4),
  ),
  ...[0, 1, 4, 9].map((order) => memoryState(`free-${order}`, -1, 4)),
];

test('the measure is right: black and white are 1 apart, and red and green look alike to some', () => {
  expect(distance(seen([0, 0, 0], 'normal'), seen([255, 255, 255], 'normal'))).toBeCloseTo(1, 3);
  const [red, green] = [
    [170, 90, 40],
    [110, 112, 40],
  ];
  expect(distance(seen(red, 'normal'), seen(green, 'normal'))).toBeGreaterThan(APART);
  expect(distance(seen(red, 'deuteranopia'), seen(green, 'deuteranopia'))).toBeLessThan(APART);
});

describe.each(['light', 'dark'] as const)('the colours of the RAM picture, %s', (theme) => {
  test.each(Object.keys(SIGHTS))('can all be told apart by people of %s sight', (sight) => {
    const near: string[] = [];
    STATES.forEach((a, i) => {
      for (const b of STATES.slice(0, i)) {
        const apart = distance(seen(a[theme], sight), seen(b[theme], sight));
        if (apart < APART) near.push(`${a.label} and ${b.label}: ${apart.toFixed(3)}`);
      }
    });
    expect(STATES).toHaveLength(17);
    expect(near).toEqual([]);
  });
});

test('small free blocks are stronger than large ones', () => {
  const lightness = (theme: 'light' | 'dark') =>
    [0, 2, 5, 13].map((order) => seen(memoryState(`free-${order}`, -1, 1)[theme], 'normal')[0]);
  const light = lightness('light');
  expect(light).toEqual([...light].sort((a, b) => a - b));
  const dark = lightness('dark');
  expect(dark).toEqual([...dark].sort((a, b) => b - a));
});

describe('the legend', () => {
  const picture = (runs: MemoryPicture['runs']) =>
    memoryFigure(
      {
        frames: 1024,
        managedFrames: 1024,
        filledOnPurpose: false,
        picture: { atMs: 5, framesPerCell: 1, runs },
      },
      true,
    );
  const items = (figure: string) =>
    [...figure.matchAll(/<li>.*?<\/li>/g)].map(([item]) =>
      item
        .replace(/<[^>]*>/g, ' ')
        .replace(/ +/g, ' ')
        .trim(),
    );

  test('has one entry for each colour, with what is behind it', () => {
    const figure = picture([
      [64, 'allocated', 0],
      [32, 'cached', 0],
      [96, 'cached', 1],
      [128, 'free-4', -1],
      [128, 'free-7', -1],
      [576, 'hole', -1],
    ]);
    expect(items(figure)).toEqual([
      'in use, by worker 0 256 KiB 6.25 %',
      'free, in the cache of a CPU (0: 128 KiB, 1: 384 KiB) 512 KiB 12.5 %',
      'free, orders 4 to 8: 16 to 256 frames 1 MiB 25.0 %',
      'hole: no memory 2.25 MiB 56.3 %',
    ]);
    const colors = [...figure.matchAll(/--l:(rgb\([^)]*\))/g)].map(([, color]) => color);
    expect(new Set(colors).size).toBe(4);
  });

  test('says which workers share a colour', () => {
    const figure = picture([
      [512, 'allocated', 1],
      [256, 'allocated', 5],
      [256, 'free-0', -1],
    ]);
    expect(items(figure)).toEqual([
      'in use, by workers 1, 5 (1: 2 MiB, 5: 1 MiB) 3 MiB 75.0 %',
      'free, order 0: single frames 1 MiB 25.0 %',
    ]);
  });
});
