import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksum } from '../../platform/canonical_json.ts';
import { LabError } from '../../platform/error.ts';
import { makeFolder, writeWholeFile } from '../../platform/write_file.ts';
import { requireSchema } from '../../results/schema_check.ts';
import { PLAN_FORMAT, PLAN_VERSION, type Plan } from './plan.ts';

const FILE = 'plan.json';

/** A plan with its id. */
export function planOf(known: Omit<Plan, 'format' | 'version' | 'id'>): Plan {
  const plan = { format: PLAN_FORMAT, version: PLAN_VERSION, ...known } as const;
  return { ...plan, id: checksum(plan) };
}

/**
 * Writes a plan to its folder, which is made.
 *
 * @throws `Usage` if the folder holds another plan; `NotWritten`
 */
export function writePlan(folder: string, plan: Plan): void {
  const earlier = planIn(folder);
  if (earlier !== undefined && earlier.id !== plan.id) {
    throw new LabError(
      'Usage',
      `${folder} holds another plan: a plan is never replaced; name another folder`,
    );
  }
  makeFolder(folder);
  writeWholeFile(join(folder, FILE), `${JSON.stringify(plan, undefined, 1)}\n`);
}

/** @throws `Usage` if there is no plan, or it was edited or damaged */
export function readPlan(folder: string): Plan {
  const plan = planIn(folder);
  if (plan !== undefined) return plan;
  throw new LabError(
    'Usage',
    `${folder} holds no ${FILE}: make one with 'campaign plan FILE... -o ${folder}'`,
  );
}

function planIn(folder: string): Plan | undefined {
  const text = textOf(folder);
  if (text === undefined) return undefined;
  const file = join(folder, FILE);
  let plan: Plan;
  try {
    plan = JSON.parse(text) as Plan;
  } catch (cause) {
    throw new LabError('Usage', `${file}: is no JSON: ${(cause as Error).message}`, { cause });
  }
  if (plan?.format !== PLAN_FORMAT) throw new LabError('Usage', `${file}: is no plan of a campaign`);
  if (plan.version !== PLAN_VERSION) {
    throw new LabError(
      'Usage',
      `${file}: has version ${plan.version} of plans, and this framelab reads version ${PLAN_VERSION}`,
    );
  }
  requireSchema(file, plan, 'campaign_plan');
  const { id, ...content } = plan;
  if (id !== checksum(content)) {
    throw new LabError(
      'Usage',
      `${file}: its id does not fit its content, so that it was damaged, or edited`,
    );
  }
  return plan;
}

/** Undefined if there is none. */
function textOf(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, FILE), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LabError('Usage', `${join(folder, FILE)}: cannot be read: ${message}`, { cause: error });
  }
}
