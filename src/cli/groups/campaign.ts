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

const PROCESSES_MAX = 1024;

export function processesOption(byDefault: string) {
  return {
    kind: 'whole',
    short: 'p',
    min: 1,
    max: PROCESSES_MAX,
    help: 'slices at the same time, each in a process of its own',
    default: byDefault,
  } as const;
}

/** The Redis between one that runs a campaign and those who work on it. */
export const QUEUE = {
  queue: {
    kind: 'text',
    value: 'URL',
    help: 'a Redis, as redis://127.0.0.1:6379, or rediss:// with TLS (needs: npm install bullmq ioredis)',
  },
  'lost-after': {
    kind: 'duration',
    whole: true,
    min: 1000,
    max: BOUNDS.timeMs[1],
    help: 'with --queue: a Redis or a worker that is silent for so long is lost',
    default: '30s',
  },
  wait: {
    ...TIME,
    help: 'with --queue: how long to wait for a first worker, or for a slice, before giving up',
    default: '5m',
  },
} as const satisfies OptionSpecs;

export const LOST_AFTER_MS = 30_000;
export const WAIT_MS = 300_000;

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
