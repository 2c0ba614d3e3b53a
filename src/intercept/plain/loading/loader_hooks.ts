import * as nodeModule from 'node:module';
import type { SourceKind } from '../rewrite/rewrite.ts';
import type { Modules } from './modules.ts';
import { withoutTypes } from './types.ts';

interface Loaded {
  readonly format?: string;
  readonly source?: string | ArrayBufferView | ArrayBuffer | null;
  readonly shortCircuit?: boolean;
}

interface SyncHooks {
  load(url: string, context: unknown, next: (url: string, context?: unknown) => Loaded): Loaded;
}

type RegisterHooks = (hooks: SyncHooks) => unknown;

/** `module.registerHooks`, which runs hooks in this thread; Node.js 22.15 and newer have it. */
const registerHooks = (nodeModule as unknown as { registerHooks?: RegisterHooks }).registerHooks;

/** Instruments ES modules by hooks in this thread; false where Node.js has none. */
export function hookLoader(modules: Modules): boolean {
  if (registerHooks === undefined) return false;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const { format, source } = loaded;
      // JavaScript of CommonJS comes by commonjs.ts; TypeScript of it need not (Node.js 22).
      const kind = format?.replace('-typescript', '');
      if ((kind !== 'module' && format !== 'commonjs-typescript') || !modules.concerns(url)) return loaded;
      if (source === null || source === undefined) return loaded;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
      const code = kind === format ? text : withoutTypes(text);
      return { ...loaded, format: kind, source: modules.instrumented(code, kind as SourceKind, url) };
    },
  });
  return true;
}
