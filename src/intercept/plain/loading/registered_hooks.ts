import * as nodeModule from 'node:module';
import * as workerThreads from 'node:worker_threads';
import { OWN_FILES } from '../../../control/notes/own_frame.ts';
import type { PlainAccesses } from '../../../control/thread/plain_accesses.ts';
import { DIST } from '../../../platform/dist.ts';
import type { HookReport } from './hooks_thread.ts';
import type { Modules } from './modules.ts';

/** Sites of modules that are instrumented in the loader's thread. */
const SITES_MAX = 1 << 16;

/** As they were: the explorer replaces what it does not control. */
const { MessageChannel, receiveMessageOnPort } = workerThreads;

/** Options of Node.js that may register hooks of a loader. */
const REGISTERS = /--(import|loader|experimental-loader)\b/;

/** Somebody else's loader may make the sources, in a thread of its own. */
export function mayHaveLoader(): boolean {
  return REGISTERS.test([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '));
}

/**
 * Instruments ES modules behind somebody else's loader: Node.js calls `initialize` and `load` of hooks_thread.ts. What it returns takes
 * the reports that have come.
 */
export function registerHooks(
  modules: Modules,
  plain: PlainAccesses,
  reserve: (sites: number) => void,
): () => void {
  const first = plain.sites.length;
  const nowhere = plain.sites[0];
  for (let i = 0; i < SITES_MAX; i++) plain.site(nowhere);
  reserve(plain.sites.length);
  const sites = new Int32Array(new SharedArrayBuffer(8));
  sites[0] = first;
  sites[1] = plain.sites.length;
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  nodeModule.register(new URL('src/intercept/plain/loading/hooks_thread.js', DIST), {
    data: { port: port2, sites, own: OWN_FILES },
    transferList: [port2],
  });
  return () => {
    for (;;) {
      const message = receiveMessageOnPort(port1) as { message: HookReport } | undefined;
      if (message === undefined) return;
      modules.took(message.message);
    }
  };
}
