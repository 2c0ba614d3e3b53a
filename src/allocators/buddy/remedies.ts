import type { AllocatorRemedy, MachineShape } from '../../mm/global_frame_allocator.ts';
import { buddyParams } from './params.ts';

type Values = Readonly<Record<string, number>>;

/** What a CPU keeps at least before advice no longer says to keep less. */
const KEEP_LEAST: Values = { cache1: 32, cache2: 16, cache3: 8, cache4: 8, keepFrames: 16 };
/** Blocks of a cache, and frames of a pool, that advice goes up to: a share of the frames that one CPU has on average. */
const SHARE_MAX = (name: string): number =>
  name === 'cacheLarge' ? 1 / 1024 : isCache(name) ? 1 / 32 : 1 / 4;

/**
 * What helps `buddy` on such a machine. A parameter that was set the wrong way goes back to its usual value; where all
 * are as usual or beyond it, the next step is one of four times the size, or a quarter.
 */
export function buddyRemedies(shape: MachineShape): AllocatorRemedy[] {
  const now = valuesOf(shape);
  const usual = valuesOf({ ...shape, params: {} });
  const share = shape.frames / shape.cpus;
  const less = (wanted: (name: string) => boolean) =>
    pick(usual, (name) => wanted(name) && now[name] < usual[name]);
  const more = (wanted: (name: string) => boolean) =>
    pick(usual, (name) => wanted(name) && now[name] > usual[name]);
  const stepsUp = (against: AllocatorRemedy['against'], wanted: (name: string) => boolean, effect: string) =>
    larger(against, effect, pick(now, wanted), share);
  return [
    ...first(
      back('shared lock taken often', {
        ...less((name) => !isCache(name) && name !== 'expectedPortion'),
        ...more((name) => name === 'expectedPortion'),
      }),
      stepsUp(
        'shared lock taken often',
        (name) => name === 'keepFrames' || name === 'cache1',
        'each CPU keeps more, and goes to the global pool less often',
      ),
    ),
    ...back(
      'sizes without a cache',
      less((name) => name === 'cacheLarge' && now[name] === 0),
    ),
    ...first(
      back('caches too small', less(isCache)),
      stepsUp('caches too small', isCache, 'a refill brings more blocks at once'),
    ),
    ...first(
      back(
        'memory held back by CPUs',
        more((name) => isCache(name) || name === 'keepFrames'),
      ),
      smaller(now),
    ),
  ];
}

/** The next step only where nothing is to be taken back. */
function first(back: AllocatorRemedy[], next: AllocatorRemedy[]): AllocatorRemedy[] {
  return back.length > 0 ? back : next;
}

/** The parameters that remedies set, by name; `cacheLarge` as blocks of 5 frames. */
function valuesOf(shape: MachineShape): Values {
  const { cacheBlocks, localOrders, expectedPortion, maximalMultiplier, keepFrames } = buddyParams(shape);
  const [, cache1, cache2, cache3, cache4, cacheLarge] = cacheBlocks;
  return {
    cache1,
    cache2,
    cache3,
    cache4,
    cacheLarge,
    localOrders,
    expectedPortion,
    maximalMultiplier,
    keepFrames,
  };
}

function isCache(name: string): boolean {
  return name.startsWith('cache');
}

function pick(values: Values, wanted: (name: string) => boolean): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));
}

function back(against: AllocatorRemedy['against'], params: Values): AllocatorRemedy[] {
  if (Object.keys(params).length === 0) return [];
  return [{ against, params, effect: 'as usual for a machine of this size' }];
}

function larger(
  against: AllocatorRemedy['against'],
  effect: string,
  now: Values,
  share: number,
): AllocatorRemedy[] {
  const params: Record<string, number> = {};
  for (const [name, value] of Object.entries(now)) {
    const most = Math.floor(share * SHARE_MAX(name));
    const wanted = Math.min(Math.max(8, value * 4), most, isCache(name) ? 4095 : 2 ** 20);
    if (wanted > value && wanted >= value * 2) params[name] = wanted;
  }
  return Object.keys(params).length === 0 ? [] : [{ against, params, effect }];
}

function smaller(now: Values): AllocatorRemedy[] {
  const params: Record<string, number> = {};
  for (const [name, least] of Object.entries(KEEP_LEAST)) {
    if (now[name] > least) params[name] = Math.max(least, Math.floor(now[name] / 4));
  }
  if (Object.keys(params).length === 0) return [];
  return [{ against: 'memory held back by CPUs', params, effect: 'each CPU keeps less that others need' }];
}
