import * as vm from 'node:vm';
import type { DynamicImport } from '../node/dynamic_import.ts';
import type { ModuleInterface } from './interface.ts';
import { type Rewritten, rewriteModule } from './rewrite.ts';

/** As they are before anything is replaced: what is compiled here is instrumented already. */
const { compileFunction, SourceTextModule } = vm;

export interface ModuleFile extends ModuleInterface {
  readonly isAsync: boolean;
  readonly usesMeta: boolean;
  /** Begins a new instance: gives a generator, or runs all if it is async. See rewrite.ts for the parameters. */
  readonly begin: (link: unknown, publish: unknown, meta: object) => unknown;
}

/** @throws SyntaxError of V8 wherever V8 has one */
export function compileModule(source: string, url: string, dynamicImport: DynamicImport): ModuleFile {
  let rewritten: Rewritten;
  try {
    rewritten = rewriteModule(source);
  } catch (error) {
    throw syntaxError(source, url, error);
  }
  const compiled = compileFunction(rewritten.code, [], {
    filename: url,
    columnOffset: -rewritten.columns,
    importModuleDynamically: dynamicImport(url) as never,
  }) as () => ModuleFile['begin'];
  // One for all instances: V8 keeps a shape of its own for the generators of each generator function.
  return { ...rewritten, begin: compiled() };
}

/** V8's own error for a source that the parser refuses. */
function syntaxError(source: string, url: string, refused: unknown): unknown {
  try {
    new SourceTextModule(source, { identifier: url });
  } catch (error) {
    return error;
  }
  return refused;
}
