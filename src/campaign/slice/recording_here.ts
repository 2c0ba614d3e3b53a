import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recording } from '../../explore/replay/recording.ts';
import { scenarioUrl } from '../../explore/replay/replay_file.ts';
import type { ExploreCell, Plan } from '../plan/plan.ts';

/**
 * A recording of another machine, with the paths of this one: where the plan has what was recorded. Undefined if it has no
 * such scenario.
 *
 * @param recording its scenario is a URL
 */
export function recordingHere(recording: Recording, plan: Plan): Recording | undefined {
  const cell = cellOf(recording, plan);
  if (cell === undefined) return undefined;
  const here = { ...recording, scenario: scenarioUrl(cell.scenario) };
  const check = cell.program?.check;
  if (here.program?.check === undefined || check === undefined) return here;
  return { ...here, program: { ...here.program, check: scenarioUrl(check) } };
}

function cellOf({ scenario, scenarioHash }: Recording, { cells }: Plan): ExploreCell | undefined {
  const nameOf = (url: string): string => basename(fileURLToPath(url)) + new URL(url).search;
  return cells.find(
    (cell): cell is ExploreCell =>
      cell.kind === 'explore' &&
      cell.hash === scenarioHash &&
      nameOf(scenarioUrl(cell.scenario)) === nameOf(scenario),
  );
}
