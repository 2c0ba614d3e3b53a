import { LabError } from '../../platform/error.ts';
import { isModulePath, moduleUrl } from '../../platform/module_path.ts';
import { show } from '../../platform/options_check.ts';
import { describeThrown } from '../describe_thrown.ts';
import { workload } from './registry.ts';
import type { Workload, WorkloadParam } from './workload.ts';

/**
 * The workload of that name, or the one that a module at that path exports as `workload` or `default`.
 *
 * @throws `Usage` if there is none
 */
export async function loadWorkload(choice: string): Promise<Workload> {
  if (!isModulePath(choice)) return workload(choice);
  let module: Record<string, unknown>;
  try {
    module = await import(moduleUrl(choice));
  } catch (cause) {
    const { message } = describeThrown(cause);
    throw new LabError('Usage', `workload module ${choice} cannot be loaded: ${message}`, { cause });
  }
  const found = (module.workload ?? module.default) as Partial<Workload> | undefined;
  const wrong = whatIsWrong(found);
  if (wrong !== null) throw new LabError('Usage', `workload module ${choice}: ${wrong}`);
  return found as Workload;
}

function whatIsWrong(found: Partial<Workload> | undefined): string | null {
  if (
    typeof found?.start !== 'function' ||
    typeof found.sharedWords !== 'function' ||
    typeof found.name !== 'string' ||
    !isListOfTexts(found.operations)
  ) {
    return "its 'workload' or 'default' export needs name, operations, sharedWords() and start()";
  }
  const { operations, composite, withhold, warmup, params, mix, locks } = found;
  if (composite !== undefined && !isListOfTexts(composite)) return 'its composite is no list of names';
  const stranger = composite?.find((kind) => !operations.includes(kind));
  if (stranger !== undefined) {
    return `its composite names ${show(stranger)}, which is none of its operations: ${operations.join(', ')}`;
  }
  if (withhold !== undefined && !(typeof withhold === 'number' && withhold >= 0 && withhold < 1)) {
    return `its withhold is ${show(withhold)}; it must be a number from 0 to less than 1`;
  }
  if (locks !== undefined && !isListOfTexts(locks)) return 'its locks is no list of names';
  const wrong = whatIsWrongWithParams(params) ?? whatIsWrongWithMix(mix);
  if (wrong !== null) return wrong;
  if (warmup !== undefined && warmup !== 'off')
    return `its warmup is ${show(warmup)}; it must be 'off', or missing`;
  return null;
}

function whatIsWrongWithParams(params: unknown): string | null {
  if (params === undefined) return null;
  if (typeof params !== 'object' || params === null)
    return `its params is ${show(params)}; it must be an object`;
  for (const [name, param] of Object.entries(params)) {
    const { description, least, most, default: usual } = (param ?? {}) as Partial<WorkloadParam>;
    const isWhole = [least, most, usual].every(Number.isSafeInteger);
    if (typeof description === 'string' && isWhole && least! <= usual! && usual! <= most!) continue;
    return `its parameter ${name} needs a description, and whole numbers least, default and most, in this order`;
  }
  return null;
}

function whatIsWrongWithMix(mix: unknown): string | null {
  if (mix === undefined) return null;
  const { framesMax, usual } = (mix ?? {}) as { framesMax?: unknown; usual?: unknown };
  if (Number.isSafeInteger(framesMax) && Number(framesMax) >= 1 && typeof usual === 'string') return null;
  return 'its mix needs framesMax, a whole number from 1, and usual, a text';
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
