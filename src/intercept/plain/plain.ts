import { syncBuiltinESMExports } from 'node:module';
import type { InterceptHost, Interceptor } from '../../control/thread/interceptor.ts';
import { callSites } from './call_site.ts';
import { hookCommonJs } from './commonjs.ts';
import { patchDataViews } from './data_views.ts';
import { hookFileReads, sayUnread } from './file_reads.ts';
import { patchFunctions, watchScripts } from './functions.ts';
import { patchHostCalls } from './host_calls.ts';
import { hookLoader } from './loader_hooks.ts';
import { Modules } from './modules.ts';
import { patchBuffers } from './node_buffers.ts';
import { patchObjects } from './objects.ts';
import { patchPrototypes } from './prototypes.ts';
import { mayHaveLoader, registerHooks } from './registered_hooks.ts';
import { loadParser } from './rewrite.ts';
import { installRuntime } from './runtime.ts';
import { mapStacks } from './stacks.ts';
import { Teller } from './teller.ts';
import { patchText } from './text.ts';
import { patchTypedArrays } from './typed_arrays.ts';
import { patchBind } from './uncurried.ts';

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

/**
 * From now on modules are instrumented as they are loaded: called before the code under test is. What it returns is called when
 * that has been loaded.
 */
export function instrumentModules(host: InterceptHost): () => void {
  const teller = tellers.get(host);
  if (teller === undefined) return () => undefined;
  loadParser();
  const modules = new Modules(host, teller);
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
