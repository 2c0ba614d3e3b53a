import { scenarioUrl } from '../explore/replay/replay_file.ts';
import { scenarioHash } from '../explore/replay/scenario_file.ts';
import { LabError } from '../platform/error.ts';
import { readLedgers } from './ledger/ledger.ts';
import type { Plan } from './plan/plan.ts';
import { readPlan } from './plan/plan_file.ts';
import { Tally } from './tally/tally.ts';

/** A campaign as it stands in its folders. */
export interface Standing {
  readonly plan: Plan;
  readonly tally: Tally;
  readonly damage: readonly string[];
}

/**
 * Reads a campaign out of one folder, or several that hold parts of the same one.
 *
 * @throws `Usage` if there is no plan, or the folders hold different ones
 */
export function standingIn(folders: readonly string[]): Standing {
  const [plan, ...others] = folders.map(readPlan);
  for (const [i, other] of others.entries()) {
    if (other.id === plan.id) continue;
    throw new LabError(
      'Usage',
      `${folders[i + 1]} holds another plan than ${folders[0]}: they cannot be put together`,
    );
  }
  const tally = new Tally();
  const { lines, damage } = readLedgers(folders, plan);
  for (const line of lines) tally.add(line);
  return { plan, tally, damage };
}

/**
 * Checks that the scenarios are those for which the plan was made.
 *
 * @throws `Usage`, naming the first that is not
 */
export function requireSameScenarios(plan: Plan): void {
  for (const cell of plan.cells) {
    if (cell.kind === 'run') continue;
    const { scenario, hash } = cell;
    let now: string;
    try {
      now = scenarioHash(scenarioUrl(scenario));
    } catch (cause) {
      const where = 'paths of a plan begin in the folder in which it was made';
      throw new LabError('Usage', `${scenario} cannot be read: ${where}, and this is ${process.cwd()}`, {
        cause,
      });
    }
    if (now !== hash) {
      throw new LabError('Usage', `${scenario} has changed since the plan was made: make a new plan`);
    }
  }
}
