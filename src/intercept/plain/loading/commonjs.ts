import * as nodeModule from 'node:module';
import type { Modules } from './modules.ts';
import { withoutTypes } from './types.ts';

type Compile = (
  this: unknown,
  content: string,
  filename: string,
  format?: string,
  ...rest: unknown[]
) => unknown;

/**
 * Instruments CommonJS modules, and ES modules that are loaded by `require`: all of them are compiled by one method. What
 * such an ES module imports is the loader's again; `imported` is given its source and file.
 */
export function hookCommonJs(modules: Modules, imported?: (source: string, file: string) => void): void {
  const prototype = (nodeModule as unknown as { Module: { prototype: { _compile: Compile } } }).Module
    .prototype;
  const compile = prototype._compile;
  prototype._compile = function (content, filename, format, ...rest) {
    if (typeof content !== 'string' || !modules.concerns(filename)) {
      return compile.call(this, content, filename, format, ...rest);
    }
    let source = content;
    let kind = format;
    if (format?.endsWith('typescript')) {
      source = withoutTypes(content);
      kind = format === 'typescript' ? undefined : format.replace(/-typescript$/, '');
    }
    const isModule = kind === 'module';
    if (isModule) imported?.(source, filename);
    const code = modules.instrumented(source, isModule ? 'module' : 'commonjs', filename);
    return compile.call(this, code, filename, kind, ...rest);
  };
}
