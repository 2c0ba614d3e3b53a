import { BOUNDS } from '../../explore/options/bounds.ts';
import type { OptionSpecs } from '../options.ts';
import { BARE_OUTPUT } from './output.ts';

/** Where campaigns go by themselves. */
export const CAMPAIGNS = '.framelab/campaigns';

const TIME = { kind: 'duration', whole: true, min: 1, max: BOUNDS.timeMs[1] } as const;
const COUNT = { kind: 'whole', min: 1, max: Number.MAX_SAFE_INTEGER } as const;

/** When a campaign ends before everything is done; slices that are under way then are done to their end. */
export const STOPS = {
  time: { ...TIME, help: 'hand out no slice after this time', default: 'no limit' },
  schedules: { ...COUNT, help: 'hand out no slice after so many schedules and runs', default: 'no limit' },
  failures: { ...COUNT, help: 'the same after so many kinds of failure', default: 'no limit' },
  'until-new': {
    ...TIME,
    help:
      'the same when nothing was new for so long, whatever the strategy: no kind of failure and, where behaviours are counted ' +
      '(--coverage of plan), no behaviour',
    default: 'no limit',
  },
} as const satisfies OptionSpecs;

export const SHARD = {
  shard: {
    kind: 'custom',
    value: 'I/N',
    read: shardOf,
    must: 'I/N, as in 2/4: I from 1 to N, N up to 65536',
    help: 'one of N parts, each with some slices of every cell: for a CI matrix',
  },
} as const satisfies OptionSpecs;

/** What comes of it, for other programs. */
export const CAMPAIGN_OUTPUT = {
  junit: { kind: 'text', value: 'FILE|-', help: 'write what came of it as JUnit XML' },
  html: { kind: 'text', value: 'FILE', help: 'write it as a page' },
  github: { kind: 'switch', help: 'print findings as annotations that GitHub shows at their lines' },
  json: BARE_OUTPUT.json,
  quiet: BARE_OUTPUT.quiet,
} as const satisfies OptionSpecs;

const SHARDS_MAX = 65_536;

function shardOf(text: string): { readonly number: number; readonly of: number } | undefined {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  return number >= 1 && number <= of && of <= SHARDS_MAX ? { number, of } : undefined;
}
