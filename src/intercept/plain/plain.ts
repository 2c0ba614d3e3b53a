import { syncBuiltinESMExports } from 'node:module';
import type { InterceptHost, Interceptor } from '../../control/thread/interceptor.ts';
import { patchDataViews } from './builtins/data_views.ts';
import { patchHostCalls } from './builtins/host_calls.ts';
import { patchBuffers } from './builtins/node_buffers.ts';
import { patchObjects } from './builtins/objects.ts';
import { patchPrototypes } from './builtins/prototypes.ts';
import { patchText } from './builtins/text.ts';
import { patchTypedArrays } from './builtins/typed_arrays.ts';
import { patchBind } from './builtins/uncurried.ts';
import { callSites } from './loading/call_site.ts';
import { hookCommonJs } from './loading/commonjs.ts';
import { hookFileReads, sayUnread } from './loading/file_reads.ts';
import { patchFunctions, watchScripts } from './loading/functions.ts';
import { hookLoader } from './loading/loader_hooks.ts';
import { Modules } from './loading/modules.ts';
import { mayHaveLoader, registerHooks } from './loading/registered_hooks.ts';
import { mapStacks } from './loading/stacks.ts';
import { loadParser } from './rewrite/rewrite.ts';
import { installRuntime } from './runtime.ts';
import { Teller } from './telling/teller.ts';

/** Plain accesses of shared memory in JavaScript, where they are wanted: methods that make them tell of them. */
export const plain: Interceptor = {
  name: 'plain',
  install(host) {
    if (!host.plain.wanted) return undefined;
    const teller = new Teller(host);
    tellers.set(host, teller);
    installRuntime(host, teller);
    patchTypedArrays(teller);
    patchDataViews(teller);
    patchBuffers(teller);
    patchObjects(teller);
    patchText(teller);
    patchPrototypes(host);
    patchBind(teller);
    patchHostCalls(host, teller);
    return undefined;
  },
};

const tellers = new WeakMap<InterceptHost, Teller>();
const instrumenting = new WeakMap<InterceptHost, Modules>();

/** The source to be run in the place of this one, for a loader that is not Node.js's own; the same where nothing is watched. */
export function instrumentedSource(
  host: InterceptHost,
  source: string,
  url: string,
  kind: 'module' | 'commonjs',
): string {
  const modules = instrumenting.get(host);
  return modules === undefined || !modules.concerns(url) ? source : modules.instrumented(source, kind, url);
}

/**
 * From now on modules are instrumented as they are loaded: called before the code under test is. What it returns is called when
 * that has been loaded.
 */
export function instrumentModules(host: InterceptHost): () => void {
  const teller = tellers.get(host);
  if (teller === undefined) return () => undefined;
  loadParser();
  const modules = new Modules(host, teller);
  instrumenting.set(host, modules);
  const hooked = hookLoader(modules);
  if (!hooked) {
    hookFileReads(modules);
    if (mayHaveLoader()) modules.drain = registerHooks(modules, host.plain, (sites) => teller.reserve(sites));
  }
  hookCommonJs(modules, hooked ? undefined : sayUnread(modules));
  patchFunctions(modules);
  watchScripts(host.outside);
  syncBuiltinESMExports();
  mapStacks(modules);
  host.plain.takeCallSite = callSites(modules, host.plain);
  return () => modules.drain();
}
