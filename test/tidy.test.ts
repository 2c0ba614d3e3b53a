import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

// The rules that keep the source readable, checked: who may import whom, folders that form a ring, who may know which
// dependency, the size of a file, names that say nothing, exports that nobody uses, comments that name a file that is
// not there. The limit of a function's lines, and rings of files, are the linter's: biome.json.

const ROOT = resolve(import.meta.dirname, '..');
const CODE = ['src', 'workers', 'bench'] as const;

/** What each folder of `src` may import beside itself; `types` are those of which it may import types alone. */
const MAY_IMPORT: Readonly<
  Record<string, { readonly code: readonly string[]; readonly types?: readonly string[] }>
> = (() => {
  const kernel = ['platform', 'sync', 'mm', 'allocators', 'machine'];
  const explorer = ['control', 'intercept', 'strategies', 'observe', 'verdicts'];
  const all = [
    ...kernel,
    ...explorer,
    'results',
    'page',
    'explore',
    'lab',
    'compare',
    'report',
    'campaign',
    'cli',
  ];
  return {
    platform: { code: [] },
    sync: { code: ['platform'] },
    mm: { code: ['platform', 'sync'] },
    allocators: { code: ['platform', 'sync', 'mm'] },
    machine: { code: ['platform', 'sync', 'mm', 'allocators'] },
    results: { code: ['platform'], types: ['sync', 'mm'] },
    control: { code: ['platform'] },
    intercept: { code: ['platform', 'control'] },
    strategies: { code: ['platform', 'control'] },
    observe: { code: ['platform', 'control'] },
    verdicts: { code: ['platform', 'control', 'observe', 'results'] },
    page: { code: ['platform', 'results'] },
    explore: { code: ['platform', ...explorer, 'results', 'page'] },
    // Of `intercept`, the fault grammar alone: a test below.
    lab: { code: [...kernel, 'results', 'observe', 'verdicts', 'intercept'] },
    compare: { code: ['platform', 'results'] },
    campaign: { code: ['platform', 'control', 'strategies', 'observe', 'results', 'explore', 'lab'] },
    report: { code: ['platform', 'results', 'compare', 'page'], types: ['sync', 'mm', 'verdicts'] },
    cli: { code: all },
  };
})();

/**
 * Pairs of a folder and one within it that import one another: the outer one lists what lies in the inner one, or the
 * inner one builds on what the outer one says that it is.
 */
const PARENT_AND_CHILD: readonly string[] = [
  'src/sync/kinds',
  'src/mm/frame',
  'src/mm/io',
  'src/allocators/buddy',
  'src/verdicts/causes',
  'src/cli/commands',
  'src/cli/commands/campaign',
  'src/cli/against',
  'src/cli/groups',
];

const RUN_FAULTS = 'src/intercept/faults/run_faults.ts';
const LINES_MAX = 400;
const EMPTY_NAMES = /(^|[_.\-/])(utils?|helpers?|common|misc|manager)([_.\-/]|$)/;

interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** From the root of the repository; null for a package. */
  readonly target: string | null;
  readonly typesOnly: boolean;
}

interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const files = new Map<string, readonly SourceFile[]>();

function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => {
    let known = files.get(folder);
    if (known === undefined) {
      const entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
      known = entries
        .filter((entry) => entry.endsWith('.ts'))
        .map((entry) => readSource(join(folder, entry)));
      files.set(folder, known);
    }
    return known;
  });
}

/** What it imports: statically, at run time, and by a URL beside it, types included. */
function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imports: Import[] = [];
  const add = (specifier: string, typesOnly: boolean): void => {
    const relativeTo = specifier.startsWith('.') ? resolve(ROOT, dirname(path), specifier) : null;
    const target = relativeTo === null ? null : relative(ROOT, relativeTo).replace(/\.js$/, '.ts');
    imports.push({ specifier, target, typesOnly });
  };
  for (const [, what, specifier] of text.matchAll(/^(?:import|export)\s([^'";]*?)from\s+'([^']+)'/gm)) {
    const names =
      /\{([^}]*)\}/
        .exec(what)?.[1]
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean) ?? [];
    add(
      specifier,
      /^type\s/.test(what) || (names.length > 0 && names.every((name) => name.startsWith('type '))),
    );
  }
  for (const [, specifier] of text.matchAll(/(?:^import|\bimport\()\s*'([^']+)'/gm)) add(specifier, false);
  // A module that is loaded by its URL, as workers are.
  for (const [, specifier] of text.matchAll(/new URL\(\s*'([^']+\.js)'/g)) add(specifier, false);
  return { path, text, imports };
}

/** The folder of `src` in which a file lies; null for one that lies in none. */
function layerOf(path: string): string | null {
  const [top, layer, rest] = path.split('/');
  return top === 'src' && rest !== undefined ? layer : null;
}

test('imports point downward', () => {
  const upward: string[] = [];
  for (const { path, imports } of sourceFiles('src')) {
    const layer = layerOf(path);
    if (layer === null) continue;
    const may = MAY_IMPORT[layer];
    expect(may, `${path} is in no known folder`).toBeDefined();
    for (const { target, typesOnly } of imports) {
      const imported = target === null ? null : layerOf(target);
      if (imported === null || imported === layer || may.code.includes(imported)) continue;
      if (typesOnly && may.types?.includes(imported)) continue;
      upward.push(`${path} imports ${target}`);
    }
  }
  expect(upward).toEqual([]);
});

test('the lab knows the grammar of faults, and nothing else of the explorer; the grammar knows neither', () => {
  const wrong = sourceFiles('src').flatMap(({ path, imports }) =>
    imports.flatMap(({ target }) => {
      const isLab = path.startsWith('src/lab/') && target?.startsWith('src/intercept/');
      const isGrammar = path === RUN_FAULTS && !target?.startsWith('src/platform/');
      return (isLab && target !== RUN_FAULTS) || isGrammar ? [`${path} imports ${target}`] : [];
    }),
  );
  expect(wrong).toEqual([]);
});

test('nothing that is shipped imports bench/, but for the command that looks for it', () => {
  const wrong = sourceFiles('src', 'workers')
    .filter(({ imports }) => imports.some(({ target }) => target?.startsWith('bench/')))
    .map(({ path }) => path);
  expect(wrong).toEqual(['src/cli/commands/bench.ts']);
});

test('worker entry points import nothing of report or cli', () => {
  const wrong = sourceFiles('workers').flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => ['report', 'cli'].includes(layerOf(target ?? '') ?? ''))
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test('folders form no ring', () => {
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of sourceFiles(...CODE)) {
    const from = dirname(path);
    for (const { target } of imports) {
      const to = target === null ? from : dirname(target);
      if (to === from || isPair(from, to) || !CODE.some((top) => to === top || to.startsWith(`${top}/`)))
        continue;
      // Entry points are started by their URL: what they import is no matter of whoever starts them.
      if (to === 'workers') continue;
      edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
  }
  expect(ringOf(edges)).toEqual([]);
});

function isPair(a: string, b: string): boolean {
  return PARENT_AND_CHILD.some(
    (child) => (a === child && child.startsWith(`${b}/`)) || (b === child && child.startsWith(`${a}/`)),
  );
}

/** Some ring, as a path that ends where it begins; none if there is none. */
function ringOf(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (folder: string): string[] => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    if (done.has(folder)) return [];
    path.push(folder);
    for (const next of edges.get(folder) ?? []) {
      const ring = visit(next);
      if (ring.length > 0) return ring;
    }
    path.pop();
    done.add(folder);
    return [];
  };
  for (const folder of edges.keys()) {
    const ring = visit(folder);
    if (ring.length > 0) return ring;
  }
  return [];
}

test('only one file knows piscina, one folder the queue of campaigns, and only bench/ knows tinybench', () => {
  const knows = (name: string): string[] =>
    sourceFiles(...CODE)
      .filter(({ imports }) =>
        imports.some(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`)),
      )
      .map(({ path }) => path);
  expect(knows('piscina')).toEqual(['src/lab/run/worker_pool.ts']);
  const ofQueues = [...knows('bullmq'), ...knows('ioredis')];
  expect(ofQueues.filter((path) => !path.startsWith('src/campaign/queue/'))).toEqual([]);
  expect(knows('tinybench').filter((path) => !path.startsWith('bench/'))).toEqual([]);
});

test('no file is too long to read', () => {
  const long = sourceFiles(...CODE)
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > LINES_MAX);
  expect(long).toEqual([]);
});

test('names say what is inside', () => {
  const empty = sourceFiles(...CODE, 'test').filter(({ path }) => EMPTY_NAMES.test(path));
  expect(empty.map(({ path }) => path)).toEqual([]);
});

test('what is exported is used in another file, or is a type', () => {
  const entries = ['src/index.ts', 'src/explore/index.ts'];
  const texts = sourceFiles(...CODE, 'test').map(({ path, text }) => ({
    path,
    words: new Set(text.match(/[\w$]+/g)),
  }));
  const scripts = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((entry) => /\.m?js$/.test(entry))
    .map((entry) => readFileSync(join(ROOT, 'test', entry), 'utf8'))
    .join('\n');
  const unused: string[] = [];
  for (const { path, text } of sourceFiles(...CODE)) {
    // Node.js calls what a module of loader hooks exports.
    if (entries.includes(path) || path.endsWith('/hooks_thread.ts')) continue;
    for (const [, name] of text.matchAll(/^export (?:async )?(?:function\*?|const|class) ([\w$]+)/gm)) {
      const used = texts.some((other) => other.path !== path && other.words.has(name));
      if (!used && !new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`).test(scripts))
        unused.push(`${path}: ${name}`);
    }
  }
  expect(unused).toEqual([]);
});

test('comments name files that are there', () => {
  const wrong: string[] = [];
  for (const { path, text } of sourceFiles(...CODE)) {
    for (const line of text.split('\n')) {
      if (!/^\s*(\/\/|\/?\*)/.test(line)) continue;
      if (/\b(DESIGN|MEASURED|STYLE)\b/.test(line)) wrong.push(`${path}: ${line.trim()}`);
      for (const [, file] of line.matchAll(/(?<![\w/.])((?:[\w-]+\/)+[\w-]+\.(?:ts|md|json|mjs))\b/g)) {
        const places = [
          file,
          join('src', file),
          join(dirname(path), file),
          join('src', layerOf(path) ?? '', file),
        ];
        if (!places.some((place) => existsSync(join(ROOT, place)))) wrong.push(`${path}: ${file}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
