import { replace } from '../../control/thread/interceptor.ts';
import type { Outside } from '../../control/thread/outside.ts';

/** A copy of environment variables, with every value as a text; of those of this thread where none are given. */
export function copyOfEnvironment(given: unknown): Record<string, string> {
  const from = (typeof given === 'object' && given !== null ? given : process.env) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, String(value)]));
}

/** The environment variables of a thread that begins. */
export function setEnvironment(env: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(env, name)) delete process.env[name];
  Object.assign(process.env, env);
}

/**
 * This thread shares its environment with another, by `SHARE_ENV`. Each has a copy, which is as good for as long as nobody changes
 * it: whoever does ends the schedule, by name.
 */
export function shareEnvironment(outside: Outside): void {
  const refuse = (): never =>
    outside.ends(
      'changed the environment that it shares with a Worker',
      'the explorer gives each thread a copy',
    );
  const guarded = new Proxy(process.env, { set: refuse, defineProperty: refuse, deleteProperty: refuse });
  replace(process, 'env', guarded);
}
