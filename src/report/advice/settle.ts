import type { Configuration } from '../../results/run_result.ts';
import type { Advice, Observation, Settings, Way } from './advice.ts';
import { settingsInUse } from './settings_in_use.ts';

const RANK: Readonly<Record<Advice['about'], number>> = { trust: 0, cost: 1, fine: 2 };
/** More ways than that are a list, not advice. */
const WAYS_MAX = 2;

/**
 * Makes advice of what all rules saw: doubts first, then by what it costs. Nothing is advised that is in use already,
 * and nothing twice; of two opposites, only the one that promises more.
 */
export function settle(observations: readonly Observation[], configuration: Configuration): Advice[] {
  const inUse = settingsInUse(configuration);
  const advised = new Map<string, string | null>();
  const ranked = observations.map((observation, index) => ({ observation, index }));
  ranked.sort(
    (a, b) =>
      RANK[a.observation.about] - RANK[b.observation.about] ||
      (a.observation.about === 'cost' ? b.observation.weight - a.observation.weight : 0) ||
      a.index - b.index,
  );
  return ranked.map(({ observation }) => {
    const useful = observation.ways.filter((way) => !isInUse(way, inUse));
    const left = useful
      .filter((way) => !contradicts(way, advised, inUse) && !isAdvised(way, advised))
      .filter(
        (way, index, all) => index === 0 || !contradicts(way, new Map(Object.entries(all[0].set)), inUse),
      )
      .slice(0, WAYS_MAX);
    for (const { set } of left) for (const [name, value] of Object.entries(set)) advised.set(name, value);
    return adviceOf(observation, left, useful.length > 0 && left.length === 0 ? why(useful, advised) : '');
  });
}

function adviceOf(
  { about, finding, evidence, otherwise }: Observation,
  ways: readonly Way[],
  note: string,
): Advice {
  return {
    about,
    finding,
    evidence: evidence + note,
    advice:
      ways.length > 0
        ? `${ways.map(textOf).join('; or ')}.`
        : note === '' && otherwise !== undefined
          ? otherwise
          : null,
    set: ways[0]?.set ?? {},
  };
}

function textOf({ set, effect }: Way): string {
  const given = Object.entries(set).filter(([, value]) => value !== null);
  const left = Object.entries(set).filter(([, value]) => value === null);
  const options = [
    ...given.map(([name, value]) =>
      name.startsWith('param ') ? `--param ${name.slice(6)}=${value}` : `--${name} ${value}`,
    ),
    ...left.map(([name]) => `leave out --${name}`),
  ];
  return `${options.join(' ')}${effect === '' ? '' : `, ${effect}`}`;
}

function isInUse({ set }: Way, inUse: ReadonlyMap<string, string>): boolean {
  return Object.entries(set).every(([name, value]) => (inUse.get(name) ?? null) === value);
}

function isAdvised({ set }: Way, advised: ReadonlyMap<string, string | null>): boolean {
  return Object.entries(set).every(([name, value]) => advised.has(name) && advised.get(name) === value);
}

/** Sets something that advice before it set otherwise, or belongs to an allocator that was advised against. */
function contradicts(
  { set }: Way,
  advised: ReadonlyMap<string, string | null>,
  inUse: ReadonlyMap<string, string>,
): boolean {
  const leavesAllocator = advised.has('allocator') && advised.get('allocator') !== inUse.get('allocator');
  return Object.entries(set).some(
    ([name, value]) =>
      (advised.has(name) && advised.get(name) !== value) || (name.startsWith('param ') && leavesAllocator),
  );
}

function why(ways: readonly Way[], advised: ReadonlyMap<string, string | null>): string {
  if (ways.some((way) => isAdvised(way, advised))) return ' What is advised above helps here, too.';
  const names = new Set(ways.flatMap(({ set }: { set: Settings }) => Object.keys(set)));
  return [...names].some((name) => advised.has(name))
    ? ' What would help here is the opposite of what is advised above.'
    : ' Follow what is advised above first.';
}
