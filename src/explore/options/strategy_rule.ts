import { isModulePath } from '../../platform/module_path.ts';
import { nearest } from '../../platform/nearest.ts';
import type { OptionRule } from '../../platform/options_check.ts';
import { STRATEGY_NAMES } from '../../strategies/registry.ts';

/** A name that there is, or what looks like a module. */
export const strategyRule: OptionRule = (value) => {
  if (value instanceof URL || typeof (value as URL | null)?.href === 'string') return undefined;
  const text = typeof value === 'string' ? value : '';
  if ((STRATEGY_NAMES as readonly string[]).includes(text) || isModulePath(text)) return undefined;
  const meant = nearest(text, STRATEGY_NAMES);
  const hint = meant === null ? '' : ` (did you mean '${meant}'?)`;
  return `${STRATEGY_NAMES.join(', ')}, and the path of a module, such as ./mine.mjs${hint}`;
};
