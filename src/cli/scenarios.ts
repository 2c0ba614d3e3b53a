import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../platform/error.ts';
import { isFolder } from '../platform/is_folder.ts';

/** Files of a folder that may be scenarios, by their names. */
const MODULE = /\.[cm]?[jt]s$/;
const NO_MODULE = /\.d\.[cm]?ts$|\.(test|spec)\.[cm]?[jt]s$/;
/** Folders that are not searched. */
const NO_FOLDERS = new Set(['node_modules', '.git', '.framelab', 'dist']);

/** The scenarios that were named: each file itself, and in each folder the modules that export `setup` and `thread`. */
export function scenariosOf(operands: readonly string[]): string[] {
  return operands.flatMap((operand) => (isFolder(operand) ? scenariosBelow(operand) : [operand]));
}

/** @throws `Usage` if there is none */
function scenariosBelow(folder: string): string[] {
  const path = folder.startsWith('file:') ? fileURLToPath(folder) : folder;
  const found: string[] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const below = join(at, entry.name);
      if (entry.isDirectory()) {
        if (!NO_FOLDERS.has(entry.name)) visit(below);
      } else if (MODULE.test(entry.name) && !NO_MODULE.test(entry.name) && isScenario(below))
        found.push(below);
    }
  };
  visit(path);
  if (found.length > 0) return found;
  throw new LabError('Usage', `${folder}: no module in it, or below it, exports setup and thread`);
}

/** By its text, so that other modules are not run. */
function isScenario(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  if (/\bdefineScenario\s*\(/.test(text)) return true;
  return ['setup', 'thread'].every((name) => exportsName(text, name));
}

function exportsName(text: string, name: string): boolean {
  return [
    `export\\s+(?:async\\s+)?(?:function\\*?|const|let|var)\\s+${name}\\b`,
    `export\\s+(?:const\\s+)?\\{[^}]*\\b${name}\\b[^}]*\\}`,
    `exports\\.${name}\\s*=`,
    `(?:export\\s+default|module\\.exports\\s*=)\\s*\\{[^]*?\\b${name}\\b`,
  ].some((form) => new RegExp(form).test(text));
}
