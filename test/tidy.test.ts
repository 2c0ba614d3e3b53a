import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

// The rules that keep the source readable, checked: the direction of imports, who may know which dependency,
// the size of a file, and names that say nothing.

const ROOT = resolve(import.meta.dirname, '..');

/** From the bottom up: a layer imports from itself and from those before it. */
const LAYERS = ['platform', 'sync', 'mm', 'allocators', 'machine', 'lab', 'report', 'cli'];
/** Beside the lab: may import what the lab may, and the lab may not import it. */
const BESIDE: Record<string, string> = { explore: 'lab' };
const LINES_MAX = 450;
const EMPTY_NAMES = /(^|[_.\-/])(utils?|helpers?|common|misc|manager)([_.\-/]|$)/;

interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** What it imports, static and dynamic, types included. */
  readonly imports: readonly string[];
}

function sourceFiles(...folders: string[]): SourceFile[] {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    let entries: string[];
    try {
      entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    } catch {
      continue;
    }
    for (const entry of entries) {
      if (!entry.endsWith('.ts')) continue;
      const path = join(folder, entry);
      const text = readFileSync(join(ROOT, path), 'utf8');
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
      files.push({ path, text, imports });
    }
  }
  return files;
}

/** The layer of a file by its path, or null for what stands above all layers. */
function layerOf(path: string): string | null {
  const [top, layer, rest] = path.split('/');
  return top === 'src' && rest !== undefined ? layer : null;
}

/** What a relative import names, from the root; null for a package. */
function target(file: SourceFile, specifier: string): string | null {
  return specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file.path), specifier)) : null;
}

function importsOf(file: SourceFile, packageName: string): boolean {
  return file.imports.some((name) => name === packageName || name.startsWith(`${packageName}/`));
}

test('imports point downward through the layers', () => {
  const upward: string[] = [];
  for (const file of sourceFiles('src')) {
    const layer = layerOf(file.path);
    if (layer === null) continue;
    const rank = LAYERS.indexOf(BESIDE[layer] ?? layer);
    expect(rank, `${file.path} is in no known layer`).toBeGreaterThanOrEqual(0);
    for (const specifier of file.imports) {
      const imported = target(file, specifier);
      const importedLayer = imported === null ? null : layerOf(imported);
      if (importedLayer === null || importedLayer === layer) continue;
      const importedRank = LAYERS.indexOf(BESIDE[importedLayer] ?? importedLayer);
      const beside = BESIDE[importedLayer] !== undefined && layer !== 'report' && layer !== 'cli';
      if (importedRank > rank || beside) upward.push(`${file.path} imports ${imported}`);
    }
  }
  expect(upward).toEqual([]);
});

test('worker entry points import nothing of report or cli', () => {
  const wrong: string[] = [];
  for (const file of sourceFiles('workers')) {
    for (const specifier of file.imports) {
      const layer = layerOf(target(file, specifier) ?? '');
      if (layer === 'report' || layer === 'cli') wrong.push(`${file.path} imports ${specifier}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('only one file knows piscina, and only bench/ knows tinybench', () => {
  const files = sourceFiles('src', 'workers', 'bench');
  expect(files.filter((file) => importsOf(file, 'piscina')).map((file) => file.path)).toEqual([
    'src/lab/run/worker_pool.ts',
  ]);
  const bench = files.filter((file) => importsOf(file, 'tinybench')).map((file) => file.path);
  expect(bench.filter((path) => !path.startsWith('bench/'))).toEqual([]);
});

test('no file is too long to read', () => {
  const long = sourceFiles('src', 'workers', 'bench')
    .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
    .filter((file) => file.lines > LINES_MAX);
  expect(long).toEqual([]);
});

test('names say what is inside', () => {
  const empty = sourceFiles('src', 'workers', 'bench', 'test').filter((file) => EMPTY_NAMES.test(file.path));
  expect(empty.map((file) => file.path)).toEqual([]);
});
