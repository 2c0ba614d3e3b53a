import type { ScenarioFacts } from '../../control/session/protocol.ts';
import { FAULT_NAMES, type Faults, familiesOf, LANES_FROM } from '../../control/words/fault.ts';
import { faultsRule, faultWords } from '../../intercept/faults/nemesis_grammar.ts';
import { LabError } from '../../platform/error.ts';
import { show } from '../../platform/options_check.ts';

/**
 * Those that were asked for, or those that the scenario exports; of one that is to be lock-free, stops of all threads but one.
 *
 * @throws `Scenario` where what it exports is none
 */
export function faultsOf(
  scenario: string,
  given: Faults | undefined,
  { faults: exported, progress }: ScenarioFacts,
  threads: number,
): Faults {
  if (given !== undefined) return given;
  const stops = progress === 'lock-free' && threads > 1 ? { stop: threads - 1 } : {};
  if (exported === undefined) return stops;
  const allowed = faultsRule(exported);
  if (allowed === undefined) return { ...stops, ...exported };
  throw new LabError('Scenario', `${scenario}: its export faults is ${show(exported)}; allowed: ${allowed}`);
}

/** @throws `Scenario` where what a scenario exports as victims are no threads of it */
export function requireVictims(
  scenario: string,
  victims: readonly number[] | undefined,
  threads: number,
): void {
  const wrong = victims?.find((thread) => !Number.isInteger(thread) || thread < 0 || thread >= threads);
  if (wrong === undefined) return;
  throw new LabError(
    'Scenario',
    `${scenario}: its export victims names ${wrong}; allowed: a list of threads, 0 to ${threads - 1}`,
  );
}

/** How many lanes of the nemesis each thread has. */
export function lanesOf(faults: Faults): number {
  return familiesOf((fault) => (faults[FAULT_NAMES[fault]] ?? 0) > 0);
}

/** @throws `Usage` for more threads than the nemesis has lanes for */
export function requireLanes(faults: Faults, threads: number): void {
  if (lanesOf(faults) === 0 || threads <= LANES_FROM) return;
  throw new LabError(
    'Usage',
    `with the faults ${faultWords(faults).join(', ')} there may be ${LANES_FROM} threads at most; there are ${threads}`,
  );
}

/** Those of which there may be some; undefined where there are none, so that nothing is written of them. */
export function someFaults(faults: Faults): Faults | undefined {
  const some = Object.entries(faults).filter(([, most]) => most !== undefined && most > 0);
  return some.length === 0 ? undefined : Object.fromEntries(some);
}
