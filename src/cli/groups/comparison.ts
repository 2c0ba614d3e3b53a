import { NOISE_BAND, NOISE_BAND_SAVED } from '../../compare/comparison.ts';
import { METRIC_NAMES } from '../../results/metrics.ts';
import type { OptionSpecs } from '../options.ts';

/** How two sides are compared, and what fails. */
export const COMPARISON = {
  metric: {
    kind: 'one-of',
    value: 'NAME',
    of: METRIC_NAMES,
    help: 'metric whose regression makes the comparison fail',
    default: 'throughput',
  },
  noise: {
    kind: 'custom',
    value: 'PERCENT',
    read: percentage,
    must: 'a percentage from 0 to 100, as in 3%',
    help: 'differences up to that are noise',
    default: `${NOISE_BAND * 100}%, or ${NOISE_BAND_SAVED * 100}% against saved runs`,
  },
  strict: { kind: 'switch', help: 'exit with 4 where figures are too noisy to trust' },
  force: { kind: 'switch', help: 'compare with runs of another machine, Node.js or configuration' },
} as const satisfies OptionSpecs;

/** As a fraction, below 1. */
function percentage(text: string): number | undefined {
  const percent = /^(\d+(?:\.\d+)?)%?$/.exec(text.trim())?.[1];
  const fraction = Number(percent) / 100;
  return percent !== undefined && fraction < 1 ? fraction : undefined;
}
