import type { Rgb } from '../../../page/series_colors.ts';
import { formatMany } from '../../figures/format.ts';

/** How a state of the RAM picture looks and what it is called. */
export interface MemoryState {
  /** The same for all that look the same. */
  readonly key: string;
  readonly label: string;
  readonly light: Rgb;
  readonly dark: Rgb;
  /** Whose it is is said beside the amount, since it cannot be seen. */
  readonly perCpu: boolean;
}

type Look = readonly [light: Rgb, dark: Rgb];

// The colours were chosen together, by annealing: each two are far apart in OKLab, for normal sight and as people without
// red or green cones see them (test/report/memory_colors.test.ts). One more colour than there are kinds would be too near
// another, so what is seldom asked of a picture has none of its own: whose cache it is, and the exact order of a block.

/** Memory in use, by worker; workers beyond these share them. */
const WORKERS: readonly Look[] = [
  [
    [87, 138, 254],
    [97, 124, 252],
  ],
  [
    [173, 87, 0],
    [210, 127, 5],
  ],
  [
    [195, 88, 174],
    [139, 66, 107],
  ],
  [
    [144, 5, 213],
    [74, 0, 151],
  ],
];

/** Free blocks of the global pool: the smaller, the stronger, so that fragmentation shows. Up to which order, and how they look. */
const FREE: readonly { readonly to: number; readonly look: Look }[] = [
  {
    to: 0,
    look: [
      [25, 39, 3],
      [185, 255, 82],
    ],
  },
  {
    to: 3,
    look: [
      [76, 125, 104],
      [141, 218, 160],
    ],
  },
  {
    to: 8,
    look: [
      [137, 165, 112],
      [147, 165, 133],
    ],
  },
  {
    to: Number.POSITIVE_INFINITY,
    look: [
      [201, 255, 136],
      [75, 110, 1],
    ],
  },
];

const FIXED: Readonly<Record<string, readonly [label: string, look: Look]>> = {
  cached: [
    'free, in the cache of a CPU',
    [
      [128, 214, 253],
      [66, 171, 221],
    ],
  ],
  pool: [
    'free, in the pool of a CPU',
    [
      [76, 179, 231],
      [139, 213, 252],
    ],
  ],
  free: [
    'free, block not known',
    [
      [193, 200, 168],
      [214, 248, 235],
    ],
  ],
  metadata: [
    'metadata of frames',
    [
      [105, 6, 150],
      [135, 69, 181],
    ],
  ],
  early: [
    'allocated early',
    [
      [217, 187, 1],
      [212, 188, 3],
    ],
  ],
  kernel: [
    'kernel',
    [
      [147, 39, 15],
      [117, 27, 3],
    ],
  ],
  reserved: [
    'reserved',
    [
      [72, 81, 91],
      [125, 129, 139],
    ],
  ],
  withheld: [
    'withheld, to be added',
    [
      [43, 38, 83],
      [46, 50, 78],
    ],
  ],
  hole: [
    'hole: no memory',
    [
      [239, 242, 250],
      [22, 27, 33],
    ],
  ],
};

/** States that belong to a CPU, and look the same for all of them. */
const PER_CPU = ['cached', 'pool'];

/**
 * @param cpu -1 if the state has no CPU
 * @param cpus how many there are: more than four share the colours of workers
 */
export function memoryState(state: string, cpu: number, cpus: number): MemoryState {
  const order = /^free-(\d+)$/.exec(state);
  if (order !== null) return freeOfOrder(Number(order[1]));
  if (state === 'allocated') return inUse(cpu, cpus);
  const [label, [light, dark]] = FIXED[state] ?? [
    state,
    [
      [120, 120, 120],
      [140, 140, 140],
    ],
  ];
  return { key: state, label, light, dark, perCpu: PER_CPU.includes(state) };
}

function inUse(cpu: number, cpus: number): MemoryState {
  const color = Math.max(0, cpu) % WORKERS.length;
  const [light, dark] = WORKERS[color];
  const sharing: number[] = [];
  for (let other = color; other < cpus; other += WORKERS.length) sharing.push(other);
  const who = sharing.length <= 1 ? `worker ${cpu}` : `workers ${sharing.join(', ')}`;
  return { key: `allocated ${color}`, label: `in use, by ${who}`, light, dark, perCpu: sharing.length > 1 };
}

function freeOfOrder(order: number): MemoryState {
  const band = FREE.findIndex(({ to }) => order <= to);
  const from = band === 0 ? 0 : FREE[band - 1].to + 1;
  const { to, look } = FREE[band];
  const [light, dark] = look;
  const label =
    from === to
      ? `free, order ${from}: single frames`
      : Number.isFinite(to)
        ? `free, orders ${from} to ${to}: ${2 ** from} to ${formatMany(2 ** to, 'frame')}`
        : `free, order ${from} and more: ${formatMany(2 ** from, 'frame')} and more`;
  return { key: `free ${band}`, label, light, dark, perCpu: false };
}
