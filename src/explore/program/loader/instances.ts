/** The instances of ES modules of one run, and the ways from one kind of module to the other. */
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Builtins } from './builtins.ts';
import { type CommonJs, parseJson } from './cjs/commonjs.ts';
import type { ExportNames } from './cjs/names.ts';
import { evaluate, isAsyncGraph } from './esm/evaluate.ts';
import { type LinkHost, link } from './esm/link.ts';
import { namespaceOf } from './esm/namespace.ts';
import { type ModuleRecord, SourceRecord, ValueRecord } from './esm/records.ts';
import {
  attributeMissing,
  attributeWrong,
  folderImport,
  moduleNotFound,
  requiredAsync,
  requiredCycle,
  unknownExtension,
  unsupportedScheme,
} from './node/errors.ts';
import { formatOf } from './node/package_type.ts';
import type { Resolver } from './node/resolve.ts';
import type { Files } from './sources/files.ts';

export interface InstanceParts {
  readonly files: Files;
  readonly resolver: Resolver;
  readonly builtins: Builtins;
  readonly commonJs: CommonJs;
  readonly names: ExportNames;
  /** By URL. */
  readonly kinds: Map<string, FileKind>;
}

/** A file that can be imported. */
interface FileKind {
  readonly filename: string;
  readonly format: 'module' | 'commonjs' | 'json';
}

type Attributes = Readonly<Record<string, string>>;

export class Instances implements LinkHost {
  private readonly parts: InstanceParts;
  private readonly records = new Map<string, ModuleRecord>();
  /** URL of the program's first module. */
  main: string | undefined;

  constructor(parts: InstanceParts) {
    this.parts = parts;
  }

  /** Loads, links and evaluates what is imported; the record at once if all of it is synchronous. */
  run(record: ModuleRecord): Promise<void> | undefined {
    link(record, this);
    return evaluate(record);
  }

  load(specifier: string, parent: string, attributes: Attributes): ModuleRecord {
    const url = this.parts.resolver.import(specifier, parent);
    if (url.startsWith('node:')) return this.parts.builtins.record(url);
    return this.record(url, parent, attributes.type);
  }

  record(url: string, parent: string, type?: string): ModuleRecord {
    const known = this.records.get(url);
    if (known !== undefined) {
      checkType(url, known instanceof JsonRecord, type);
      return known;
    }
    const record = url.startsWith('data:') ? this.ofData(url, type) : this.ofFile(url, parent, type);
    this.records.set(url, record);
    return record;
  }

  /** What `require` of an ES module gives, as Node.js 20.19 and newer have it. */
  required(filename: string): unknown {
    const url = pathToFileURL(filename).href;
    const record = this.record(url, url);
    link(record, this);
    if (isAsyncGraph(record)) throw requiredAsync();
    if (record instanceof SourceRecord && record.status === 'evaluating') throw requiredCycle(filename);
    void evaluate(record);
    const exports = record.resolve('module.exports');
    if (exports) return exports.get();
    // For compiled importers, which look for it.
    const names = record.names();
    if (!names.has('default') || names.has('__esModule')) return record.namespace;
    return namespaceOf(record, new Map([['__esModule', true]]));
  }

  meta(url: string): object {
    const meta = Object.create(null) as Record<string, unknown>;
    if (url.startsWith('file:')) {
      meta.dirname = fileURLToPath(new URL('.', url)).replace(/(.)[\\/]$/, '$1');
      meta.filename = fileURLToPath(url);
    }
    if ('main' in import.meta) meta.main = url === this.main;
    meta.resolve = (specifier: string): string => this.parts.resolver.import(`${specifier}`, url);
    meta.url = url;
    return meta;
  }

  private ofData(url: string, type: string | undefined): ModuleRecord {
    const mime = /^data:([^,;]*)/.exec(url)?.[1];
    const isJson = mime === 'application/json';
    checkType(url, isJson, type);
    if (isJson) return new JsonRecord(url, () => parseJson(this.parts.files.text(url), url));
    return new SourceRecord(url, this.parts.files.module(url));
  }

  private ofFile(url: string, parent: string, type: string | undefined): ModuleRecord {
    let kind = this.parts.kinds.get(url);
    if (kind === undefined) {
      kind = this.kindOf(url, parent);
      this.parts.kinds.set(url, kind);
    }
    checkType(url, kind.format === 'json', type);
    if (kind.format === 'module') return new SourceRecord(url, this.parts.files.module(url));
    return kind.format === 'json' ? this.ofJson(url, kind.filename) : this.ofScript(url, kind.filename);
  }

  /** @throws Node.js's errors for a file that is not there, or that cannot be imported */
  private kindOf(url: string, parent: string): FileKind {
    if (!url.startsWith('file:')) throw unsupportedScheme(url);
    const filename = fileURLToPath(url);
    const { files } = this.parts;
    try {
      // What is not there is told before what it is.
      files.text(url);
    } catch (error) {
      throw fileError(error, url, parent);
    }
    const format = formatOf(filename);
    switch (format) {
      case 'module':
      case 'commonjs':
      case 'json':
        return { filename, format };
      case 'either':
        return { filename, format: files.script(filename, true) === 'module' ? 'module' : 'commonjs' };
      default:
        throw unknownExtension(extname(filename), url);
    }
  }

  private ofJson(url: string, filename: string): ModuleRecord {
    const { files, commonJs } = this.parts;
    // `require` and `import` give the same value.
    if (!/[?#]/.test(url)) return new JsonRecord(url, () => commonJs.loadFile(filename, null).exports);
    return new JsonRecord(url, () => parseJson(files.text(url), filename));
  }

  /** A CommonJS module, as ES modules see it. */
  private ofScript(url: string, filename: string): ModuleRecord {
    const names = this.parts.names.of(filename);
    return new ScriptRecord(url, names, () => {
      const { exports } = this.parts.commonJs.loadFile(filename, null, this.main === url);
      const values = new Map<string, unknown>();
      for (const name of names) if (isOwn(exports, name)) values.set(name, exported(exports, name));
      values.set('default', exports);
      values.set('module.exports', exports);
      return values;
    });
  }
}

class ScriptRecord extends ValueRecord {
  override get isScript(): boolean {
    return true;
  }
}

class JsonRecord extends ValueRecord {
  constructor(url: string, value: () => unknown) {
    super(url, ['default'], () => new Map([['default', value()]]));
  }
}

function checkType(url: string, isJson: boolean, type: string | undefined): void {
  if (isJson && type === undefined) throw attributeMissing(url);
  if (type !== undefined && (!isJson || type !== 'json')) throw attributeWrong(url, type);
}

function isOwn(exports: unknown, name: string): boolean {
  return exports !== null && exports !== undefined && Object.hasOwn(exports as object, name);
}

function exported(exports: unknown, name: string): unknown {
  try {
    return (exports as Record<string, unknown>)[name];
  } catch {
    // A getter that throws, as in Node.js.
    return undefined;
  }
}

/** Node.js's error where a file cannot be read. */
function fileError(error: unknown, url: string, parent: string): unknown {
  const { code } = error as { code?: string };
  if (code === 'ENOENT' || code === 'ENOTDIR') return moduleNotFound(url, parent);
  return code === 'EISDIR' ? folderImport(url, parent) : error;
}
