import { DEFAULT_STRATEGY } from '../../../src/strategies/registry.ts';
import type { MutantSearch } from '../measure/search_mutant.ts';
import type { MutantStress } from '../measure/stress_mutant.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { rounded } from './cells.ts';
import { rowOf, type SearchRow } from './figures.ts';

/** What was found of a planted bug. */
export interface MutantRow {
  readonly mutant: string;
  readonly planted: string;
  readonly file: string;
  readonly scenario: string;
  /** Why it is no bug; null where it is one. */
  readonly equivalent: string | null;
  /** What was said of it first; null for nothing. */
  readonly said: string | null;
  /** Of each strategy; `program` is the mutant. */
  readonly rows: readonly SearchRow[];
  /** Of runs of the lab; null where none reaches it, or none was made. */
  readonly stress: MutantStress | null;
}

export function mutantRow(
  { name, planted, file, scenario, equivalent }: Mutant,
  { searched, said }: MutantSearch,
  stress: MutantStress | undefined,
): MutantRow {
  const rows = searched.map(rowOf);
  const where = scenario.file.replace(/^.*scenarios\//, '');
  return {
    mutant: name,
    planted,
    file,
    scenario: where,
    equivalent: equivalent ?? null,
    said,
    rows,
    stress: stress ?? null,
  };
}

/** A line for each planted bug that the default strategy misses, and for each that is called none and is one. */
export function mutantFailures(mutants: readonly MutantRow[]): string[] {
  return mutants.flatMap(({ mutant, equivalent, said, rows }) => {
    if (equivalent !== null) {
      return said === null ? [] : [`not equivalent: the mutant ${mutant}: ${said}`];
    }
    return rows
      .filter(({ strategy, found, seeds }) => strategy === DEFAULT_STRATEGY && found < seeds)
      .map(({ found, seeds, cap }) => {
        return `missed: the planted bug ${mutant}, by ${DEFAULT_STRATEGY} in ${seeds - found} of ${seeds} seeds, each of up to ${cap} schedules`;
      });
  });
}

/** What runs came to, as a cell of a table. */
export function stressText({ stress }: MutantRow): string {
  if (stress === null) return '';
  const { found, said, tries } = stress;
  return found === null ? `not in ${tries} tries` : `${said}, try ${found}`;
}

/** Schedules to the first find, as a cell: `-` for none at all, and `> ` where some seed misses it. */
export function firstText({ found, seeds, mean }: SearchRow): string {
  if (found === 0) return '-';
  return `${found < seeds ? '> ' : ''}${rounded(mean)}`;
}
