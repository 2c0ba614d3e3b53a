// A loader as --import takes it: strips what the scenarios beside it use of TypeScript, line by line.
import { register } from 'node:module';

const HOOKS = `
import { readFileSync, existsSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const ts = specifier.startsWith('.') && new URL(specifier.replace(/[.]js$/, '.ts'), context.parentURL);
  if (ts && existsSync(ts)) return { url: ts.href, shortCircuit: true };
  return next(specifier, context);
}
export async function load(url, context, next) {
  if (!new URL(url).pathname.endsWith('.ts')) return next(url, context);
  const source = readFileSync(new URL(url), 'utf8')
    .replace(/interface [^}]*}/, (text) => text.replace(/[^\\n]/g, ' '))
    .replace(/: (Shared|void|number|Int32Array)\\b/g, '');
  return { format: 'module', source, shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
