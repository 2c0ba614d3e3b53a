import { compileFunction, SourceTextModule } from 'node:vm';
import type { DynamicImport } from '../dynamic_import.ts';
import type { ModuleInterface } from './interface.ts';
import { type Rewritten, rewriteModule } from './rewrite.ts';

export interface ModuleFile extends ModuleInterface {
  readonly isAsync: boolean;
  readonly usesMeta: boolean;
  /** The body of a new instance: gives a generator, or runs all if it is async. See rewrite.ts for the parameters. */
  instance(link: unknown, publish: unknown, meta: object): () => unknown;
}

/** @throws SyntaxError of V8 wherever V8 has one */
export function compileModule(source: string, url: string, dynamicImport: DynamicImport): ModuleFile {
  let rewritten: Rewritten;
  try {
    rewritten = rewriteModule(source);
  } catch (error) {
    throw syntaxError(source, url, error);
  }
  const instance = compileFunction(rewritten.code, [...rewritten.parameters], {
    filename: url,
    columnOffset: -rewritten.columns,
    importModuleDynamically: dynamicImport(url) as never,
  }) as ModuleFile['instance'];
  return { ...rewritten, instance };
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
