import type { MutantSearch } from './measure/search_mutant.ts';
import type { FixedRun, Searched } from './measure/search_program.ts';
import type { SoundRun } from './measure/sound_scenario.ts';
import type { MutantStress } from './measure/stress_mutant.ts';
import type { Answer } from './measure/task.ts';
import type { BugsOptions } from './options.ts';
import { rowOf } from './report/figures.ts';
import { mutantRow } from './report/mutant_rows.ts';
import type { BugsResult } from './report/result.ts';

/** What the processes answered. */
export class Answers {
  private readonly searched: Searched[] = [];
  private readonly fixed: FixedRun[] = [];
  private readonly sound: SoundRun[] = [];
  private readonly searches: MutantSearch[] = [];
  private readonly stresses: MutantStress[] = [];

  add(answer: Answer): void {
    switch (answer.kind) {
      case 'search':
        this.searched.push(...answer.searched);
        break;
      case 'fixed':
        this.fixed.push(answer.run);
        break;
      case 'sound':
        this.sound.push(answer.run);
        break;
      case 'mutant':
        this.searches.push(answer.search);
        break;
      case 'stress':
        this.stresses.push(answer.stress);
    }
  }

  /** The answers came in any order. */
  inOrder({
    programs,
    effort,
    mutants,
  }: BugsOptions): Pick<BugsResult, 'rows' | 'fixed' | 'sound' | 'mutants'> {
    const { searched, fixed, sound, searches, stresses } = this;
    return {
      rows: programs.flatMap(({ name }) =>
        effort.strategies.flatMap((strategy) => {
          return searched.filter((one) => one.program === name && one.strategy === strategy).map(rowOf);
        }),
      ),
      fixed: programs.flatMap(({ name }) => fixed.filter((one) => one.program === name)),
      sound: sound.sort((a, b) => (a.name < b.name ? -1 : 1)),
      mutants: mutants.flatMap((mutant) => {
        const found = searches.find((one) => one.mutant === mutant.name);
        if (found === undefined) return [];
        const stress = stresses.find((one) => one.mutant === mutant.name);
        return [mutantRow(mutant, found, stress)];
      }),
    };
  }
}
