// Instances of rewritten modules outside of any exploration: the host of the explorer is stood in for.
import { Linker } from '#src/intercept/wasm/link.js';
import { Modules } from '#src/intercept/wasm/modules.js';
import { realNamespace } from '#src/intercept/wasm/namespace.js';
import { rewrite } from '#src/intercept/wasm/rewrite/rewrite.js';

export interface Told {
  readonly kind: 'read' | 'write';
  readonly offset: number;
  readonly bytes: number;
  /** Where in the original. */
  readonly column: number;
}

type Namespace = Parameters<typeof realNamespace>[0];
// biome-ignore lint/suspicious/noExplicitAny: the exports of a module are what they are.
export type Exports = Record<string, any>;

export const W = (globalThis as unknown as { WebAssembly: Namespace }).WebAssembly;
export const real = realNamespace(W, (work) => work);

export interface Rewritten {
  readonly module: object;
  readonly exports: Exports;
  readonly told: Told[];
}

/** @param plain plain accesses are told */
export function instantiateRewritten(bytes: Uint8Array, imports: object, plain: boolean): Rewritten {
  const made = rewrite(bytes, plain);
  if (made === undefined) throw new Error('nothing was rewritten');
  const module = new W.Module(made);
  const told: Told[] = [];
  const sites: number[] = [];
  const tell =
    (kind: Told['kind']) =>
    (_buffer: unknown, offset: number, size: number, site: number): void => {
      told.push({ kind, offset, bytes: size, column: sites[site] });
    };
  const host = {
    engine: { controlled: false },
    plain: {
      wanted: plain,
      site: ({ column }: { column: number }) => sites.push(column) - 1,
      read: tell('read'),
      write: tell('write'),
    },
  };
  const linker = new Linker(
    host as never,
    ({ initial, maximum, shared }) => new W.Memory({ initial, maximum, shared }),
  );
  const known = new Modules(real, plain).rewrittenOf(module);
  if (known === undefined) throw new Error('it is not known as rewritten');
  const instance = new W.Instance(module, linker.imports(known, imports as never));
  return { module, exports: instance.exports, told };
}
