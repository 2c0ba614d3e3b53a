import type { Scenario } from './scenario.ts';
import { EXPORT_NAMES } from './scenario_exports.ts';

/** What a scenario module exports, as long as it is not known to be right. */
export type ScenarioModule = Partial<Scenario<unknown, unknown>>;

type WithDefault = ScenarioModule & {
  readonly default?: ScenarioModule & { readonly default?: ScenarioModule };
};

/**
 * A scenario's exports: by name, or as a default export; a module that was compiled to CommonJS has its default export
 * within another one.
 *
 * @throws BadScenario, as the error's name, where a part of it is exported in the other way: it would silently be left out
 */
export function exportsOf(module: WithDefault): ScenarioModule {
  const candidates: (ScenarioModule | undefined)[] = [module, module.default, module.default?.default];
  const scenario = candidates.find((one) => typeof one?.setup === 'function');
  if (scenario === undefined || scenario === module) return module;
  const read = (of: object, name: string): unknown => (of as Record<string, unknown>)[name];
  const apart = EXPORT_NAMES.filter(
    (name) => read(module, name) !== undefined && read(module, name) !== read(scenario, name),
  );
  if (apart.length === 0) return scenario;
  const error = new Error(
    `it exports setup by default, and ${apart.join(', ')} by name: export all of a scenario in one way`,
  );
  error.name = 'BadScenario';
  throw error;
}
