/** How a file is to be read, by its name and its package, as Node.js decides it. */
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, extname, join } from 'node:path';

/** `either`: its text decides. */
export type Format = 'module' | 'commonjs' | 'either' | 'json' | 'addon' | 'unknown';

const types = new Map<string, string>();
const exists = existsSync;
const read = readFileSync;
/** Node.js runs TypeScript by itself. */
const typeScript = 'stripTypeScriptTypes' in nodeModule;

export function formatOf(path: string): Format {
  switch (extname(path)) {
    case '.mjs':
      return 'module';
    case '.cjs':
      return 'commonjs';
    case '.json':
      return 'json';
    case '.node':
      return 'addon';
    case '.js':
    case '':
      return byType(path);
    case '.mts':
      return typeScript ? 'module' : 'unknown';
    case '.cts':
      return typeScript ? 'commonjs' : 'unknown';
    case '.ts':
      return typeScript ? byType(path) : 'unknown';
    default:
      return 'unknown';
  }
}

export function isInModulePackage(path: string): boolean {
  return typeOf(dirname(path)) === 'module';
}

export function isTypeScript(path: string): boolean {
  return typeScript && /\.[cm]?ts$/.test(path);
}

function byType(path: string): Format {
  const type = typeOf(dirname(path));
  return type === 'module' || type === 'commonjs' ? type : 'either';
}

/** `type` of the nearest package.json. */
function typeOf(folder: string): string {
  let type = types.get(folder);
  if (type !== undefined) return type;
  const file = join(folder, 'package.json');
  const parent = dirname(folder);
  if (exists(file)) type = String((JSON.parse(read(file, 'utf8')) as { type?: string }).type ?? 'none');
  else if (parent === folder || folder.endsWith('node_modules')) type = 'none';
  else type = typeOf(parent);
  types.set(folder, type);
  return type;
}
