import type { Environment } from '../../../src/results/environment.ts';
import { DEFAULT_STRATEGY } from '../../../src/strategies/registry.ts';
import type { FixedRun } from '../measure/search_program.ts';
import type { SoundRun } from '../measure/sound_scenario.ts';
import { bestPublished, type SearchRow } from './figures.ts';
import { type MutantRow, mutantFailures } from './mutant_rows.ts';

export const BUGS_SCHEMA_VERSION = 1;

/** What `npm run bench:bugs --json` writes. */
export interface BugsResult {
  readonly schemaVersion: typeof BUGS_SCHEMA_VERSION;
  readonly kind: 'bugs';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly environment: Environment;
  readonly quick: boolean;
  /** Processes, and whether each was bound to a core. */
  readonly jobs: number;
  readonly bound: boolean;
  readonly seconds: number;
  /** All was run that was asked for. */
  readonly whole: boolean;
  /** `interrupted` where not all was run. */
  readonly outcome: 'passed' | 'failed' | 'interrupted';
  /** A line for everything that makes it fail. */
  readonly failures: readonly string[];
  /** What others were seen to do better: judged by nobody. */
  readonly behind: readonly string[];
  readonly rows: readonly SearchRow[];
  readonly fixed: readonly FixedRun[];
  readonly sound: readonly SoundRun[];
  /** Bugs planted in copies of framelab. */
  readonly mutants: readonly MutantRow[];
}

/** What the bench is for: a bug that the default strategy misses in some seed, and every false alarm. */
export function failuresOf({
  rows,
  fixed,
  sound,
  mutants = [],
}: Pick<BugsResult, 'rows' | 'fixed' | 'sound'> & Partial<Pick<BugsResult, 'mutants'>>): string[] {
  const missed = rows
    .filter(({ strategy, found, seeds }) => strategy === DEFAULT_STRATEGY && found < seeds)
    .map(({ program, seeds, found, cap }) => {
      return `missed: the bug of ${program}, by ${DEFAULT_STRATEGY} in ${seeds - found} of ${seeds} seeds, each of up to ${cap} schedules`;
    });
  const alarms = [
    ...fixed.map(({ program, alarm }) => ({ name: `${program} without its bug`, alarm })),
    ...sound,
  ].filter(({ alarm }) => alarm !== null);
  return [
    ...missed,
    ...mutantFailures(mutants),
    ...alarms.map(({ name, alarm }) => `false alarm: ${name}: ${alarm}`),
  ];
}

/** The default strategy may take this many times as many schedules as the best that was published. */
const FACTOR = 3;

/** Where the goals are missed that the bench does not judge. */
export function behindOf(rows: readonly SearchRow[]): string[] {
  return rows.flatMap(({ program, strategy, mean, interval, found, seeds, exhausted }) => {
    const lines: string[] = [];
    const best = bestPublished(program);
    const low = interval?.[0] ?? mean;
    if (best !== undefined && strategy === 'surw' && low > best) {
      lines.push(`${program}: surw takes ${fixed1(mean)} schedules, the best published strategy ${best}`);
    }
    if (best !== undefined && strategy === DEFAULT_STRATEGY && low > FACTOR * best) {
      lines.push(
        `${program}: ${DEFAULT_STRATEGY} takes ${fixed1(mean)} schedules, more than ${FACTOR} times the best published ${best}`,
      );
    }
    if (found < seeds) {
      const why = exhausted ? 'it ended without it' : 'within the limit';
      lines.push(
        `${program}: ${strategy} does not find the bug in ${seeds - found} of ${seeds} seeds (${why})`,
      );
    }
    return lines;
  });
}

function fixed1(value: number): string {
  return value.toFixed(1);
}
