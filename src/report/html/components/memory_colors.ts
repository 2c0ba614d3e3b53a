import { type Rgb, SERIES_COLORS } from '../../../page/series_colors.ts';
import { formatMany } from '../../figures/format.ts';

/** How a state of the RAM picture looks and what it is called. */
export interface MemoryState {
  readonly label: string;
  readonly light: Rgb;
  readonly dark: Rgb;
}

/** @param cpu -1 if the state has no CPU */
export function memoryState(state: string, cpu: number): MemoryState {
  const order = /^free-(\d+)$/.exec(state);
  if (order !== null) return freeOfOrder(Number(order[1]));
  const [light, dark] = SERIES_COLORS[Math.max(0, cpu) % SERIES_COLORS.length];
  switch (state) {
    case 'allocated':
      return { label: `in use, by worker ${cpu}`, light, dark };
    case 'cached':
      return {
        label: `free, in the cache of CPU ${cpu}`,
        light: mix(light, WHITE, 0.45),
        dark: mix(dark, BLACK, 0.4),
      };
    case 'pool':
      return {
        label: `free, in the pool of CPU ${cpu}`,
        light: mix(light, WHITE, 0.72),
        dark: mix(dark, BLACK, 0.68),
      };
    default:
      return FIXED[state] ?? { label: state, light: [120, 120, 120], dark: [140, 140, 140] };
  }
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [18, 22, 28];

const FIXED: Record<string, MemoryState> = {
  free: { label: 'free, block not known', light: [203, 213, 208], dark: [62, 74, 70] },
  metadata: { label: 'metadata of frames', light: [120, 74, 158], dark: [176, 136, 212] },
  early: { label: 'allocated early', light: [192, 152, 20], dark: [222, 188, 78] },
  kernel: { label: 'kernel', light: [150, 40, 48], dark: [226, 108, 112] },
  reserved: { label: 'reserved', light: [128, 138, 150], dark: [108, 118, 132] },
  withheld: { label: 'withheld, to be added', light: [170, 190, 214], dark: [70, 92, 120] },
  hole: { label: 'hole: no memory', light: [226, 230, 235], dark: [38, 44, 52] },
};

/** Small blocks are strong, large ones pale: fragmentation shows as colour. */
function freeOfOrder(order: number): MemoryState {
  const fade = Math.min(order, 11) / 11;
  const frames = 2 ** order;
  return {
    label: `free, order ${order}: ${formatMany(frames, 'frame')}`,
    light: mix([46, 125, 84], [226, 241, 232], fade),
    dark: mix([104, 196, 148], [28, 54, 44], fade),
  };
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const at = (i: number) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [at(0), at(1), at(2)];
}
