import type { RewrittenModule } from './rewritten_module.ts';

/** A frame of a stack that lies in WebAssembly: the name of the function, if any; the module's own; a number; an offset. */
const FRAME = /^(\s*at )(?:(.*) \()?(wasm:\/\/[^\s()]+):wasm-function\[(\d+)\]:0x([\da-f]+)\)?$/;

/**
 * Shows frames of rewritten modules as those of the originals: with lines of the source, where the module has them, else
 * with the byte of the module. V8 names a module by a hash that nobody else knows, so each is learnt when it first calls.
 */
export class Frames {
  private readonly modules = new Map<string, RewrittenModule>();
  private readonly learnt = new WeakSet<RewrittenModule>();

  /** Is to be called from a function that this module calls. */
  learn(module: RewrittenModule): void {
    if (this.learnt.has(module)) return;
    this.learnt.add(module);
    for (const line of (new Error().stack ?? '').split('\n')) {
      const match = FRAME.exec(line);
      if (match === null) continue;
      this.modules.set(match[3], module);
      return;
    }
  }

  show(line: string): string {
    if (!line.includes('wasm://')) return line;
    const match = FRAME.exec(line);
    const module = match === null ? undefined : this.modules.get(match[3]);
    if (match === null || module === undefined) return line;
    const offset = module.originalOffset(Number.parseInt(match[5], 16));
    const { file, line: at, column, name } = module.place(module.originalFunction(Number(match[4])), offset);
    return `${match[1]}${name} (${file}:${at === 0 ? `${column}:1` : `${at}:${column}`})`;
  }
}
