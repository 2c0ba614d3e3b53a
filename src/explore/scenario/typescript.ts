import * as nodeModule from 'node:module';
import * as workerThreads from 'node:worker_threads';

/** tsx as it is named in a preload, and its loader's file as its own command names it. */
const TSX = /^tsx(\/esm)?$/;
const TSX_LOADER = /^file:.*\/tsx\/dist\/loader\.mjs$/;

/**
 * Gives a worker the loader of TypeScript that the process was given by `--import`. Preloads are run again in every worker, and a
 * loader that they register then works there by itself; only tsx registers nothing in a worker where Node.js does not tell it
 * that the worker is none of Node.js's own (`isInternalThread`, from 22.14 on), so there it is done for it.
 */
export function registerTypeScript(scenario: string): void {
  if ('isInternalThread' in workerThreads) return;
  for (const preload of preloads([...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)])) {
    const hooks = TSX.test(preload)
      ? 'tsx/esm'
      : TSX_LOADER.test(preload)
        ? new URL('./esm/index.mjs', preload).href
        : undefined;
    if (hooks === undefined) continue;
    try {
      // tsx refuses to be registered without data: that is how it knows --loader.
      nodeModule.register(hooks, { parentURL: scenario, data: {} });
    } catch {
      // A tsx that is not found from here: the import says what is wrong.
    }
    return;
  }
}

/** The modules that `--import` names in arguments of Node.js. */
function preloads(args: readonly string[]): string[] {
  const found: string[] = [];
  args.forEach((arg, i) => {
    if (arg === '--import') found.push(args[i + 1] ?? '');
    else if (arg.startsWith('--import=')) found.push(arg.slice('--import='.length));
  });
  return found;
}

/** What to do about a module that Node.js did not load because it is TypeScript; undefined for other errors. */
export function typeScriptHint(message: string): string | undefined {
  // Node.js runs TypeScript by itself from 22.18 on; before that its error does not say what to do.
  if (!/Unknown file extension "\.[cm]?ts"/.test(message)) return undefined;
  return (
    `This Node.js (${process.version}) does not run TypeScript: compile it, use 22.18 or newer, or give Node.js a ` +
    'loader, as in NODE_OPTIONS="--import tsx"'
  );
}
