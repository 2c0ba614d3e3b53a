import { LabError } from '../../platform/error.ts';
import { isModulePath, moduleUrl } from '../../platform/module_path.ts';
import { workload } from './registry.ts';
import type { Workload } from './workload.ts';

/**
 * The workload of that name, or the one that a module at that path exports as `workload` or `default`.
 *
 * @throws `Usage` where there is none
 */
export async function loadWorkload(choice: string): Promise<Workload> {
  if (!isModulePath(choice)) return workload(choice);
  let module: Record<string, unknown>;
  try {
    module = await import(moduleUrl(choice));
  } catch (cause) {
    throw new LabError('Usage', `workload module ${choice} cannot be loaded: ${(cause as Error).message}`, {
      cause,
    });
  }
  const found = (module.workload ?? module.default) as Partial<Workload> | undefined;
  if (
    typeof found?.start !== 'function' ||
    typeof found.sharedWords !== 'function' ||
    !Array.isArray(found.operations)
  ) {
    throw new LabError(
      'Usage',
      `workload module ${choice}: its 'workload' or 'default' export needs name, operations, sharedWords() and start()`,
    );
  }
  return found as Workload;
}
