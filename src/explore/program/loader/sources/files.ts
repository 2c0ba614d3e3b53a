/** Sources and what they were compiled to, once for all runs. */
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vm from 'node:vm';
import { compileModule, type ModuleFile } from '../esm/compile.ts';
import type { DynamicImport } from '../node/dynamic_import.ts';
import { isTypeScript } from '../node/package_type.ts';

export type Transform = (source: string, url: string, format: 'module' | 'commonjs') => string;

/** The body of a CommonJS module. */
export type Script = (
  exports: unknown,
  require: unknown,
  module: unknown,
  filename: string,
  dirname: string,
) => unknown;

/** As they are before anything is replaced: what is compiled here is instrumented already. */
const { compileFunction, SourceTextModule } = vm;
const read = readFileSync;
const strip = (nodeModule as unknown as { stripTypeScriptTypes(source: string): string })
  .stripTypeScriptTypes;
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
/** V8's words for a source that is an ES module, in a source that is none. */
const SAYS_MODULE =
  /^(Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta' outside a module)/;
const MAY_MEAN_MODULE =
  /^(await is only valid|Identifier '(__filename|__dirname|await|exports|module|require)' has already been declared|Unexpected reserved word)/;

export class Files {
  private readonly transform: Transform;
  private readonly dynamicImport: DynamicImport;
  private readonly modules = new Map<string, ModuleFile>();
  private readonly scripts = new Map<string, Script | 'module'>();
  private readonly texts = new Map<string, string>();
  private readonly hooked = new Map<string, Map<string, Script>>();
  private fresh: string[] = [];

  constructor(transform: Transform, dynamicImport: DynamicImport) {
    this.transform = transform;
    this.dynamicImport = dynamicImport;
  }

  /** URLs that were read for the first time since the last call. */
  takeRead(): string[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  /** @throws SyntaxError, and errors of the file system */
  module(url: string): ModuleFile {
    let file = this.modules.get(url);
    if (file === undefined) {
      file = compileModule(this.transform(this.sourceOf(url), url, 'module'), url, this.dynamicImport);
      this.modules.set(url, file);
    }
    return file;
  }

  /** A CommonJS module; `module` if its text turns out to be an ES module, where it may be either. */
  script(filename: string, mayBeModule: boolean): Script | 'module' {
    let script = this.scripts.get(filename);
    if (script === undefined) {
      const url = pathToFileURL(filename).href;
      const source = this.sourceOf(url);
      script = this.compile(source, filename, url, mayBeModule);
      this.scripts.set(filename, script);
    }
    return script;
  }

  /** What a hook of `require.extensions` made of a file. */
  hookedScript(content: string, filename: string): Script {
    let scripts = this.hooked.get(filename);
    if (scripts === undefined) {
      scripts = new Map();
      this.hooked.set(filename, scripts);
    }
    let script = scripts.get(content);
    if (script === undefined) {
      const url = pathToFileURL(filename).href;
      script = this.compile(content.replace(/^\uFEFF/, ''), filename, url, false) as Script;
      scripts.set(content, script);
    }
    return script;
  }

  /** A script that is no file: for `new Worker(source, { eval: true })`. */
  evaluated(source: string, name: string, url: string): Script | 'module' {
    const key = `${name}\0${source}`;
    let script = this.scripts.get(key);
    if (script === undefined) {
      script = this.compile(source, name, url, true);
      this.scripts.set(key, script);
    }
    // All such modules have one URL.
    if (script === 'module' && this.texts.get(url) !== source) {
      this.texts.set(url, source);
      this.modules.delete(url);
    }
    return script;
  }

  /** The text of a file, or of a data: URL. */
  text(url: string): string {
    let text = this.texts.get(url);
    if (text === undefined) {
      text = url.startsWith('data:') ? dataOf(url) : read(fileURLToPath(url), 'utf8').replace(/^\uFEFF/, '');
      this.texts.set(url, text);
      this.fresh.push(url);
    }
    return text;
  }

  private sourceOf(url: string): string {
    const text = this.text(url);
    return isTypeScript(url.replace(/[?#].*$/, '')) ? strip(text) : text;
  }

  private compile(source: string, filename: string, url: string, mayBeModule: boolean): Script | 'module' {
    const compile = (text: string): Script =>
      compileFunction(text, PARAMETERS, {
        filename,
        importModuleDynamically: this.dynamicImport(url) as never,
      }) as Script;
    if (mayBeModule) {
      // Its own text decides, and says what is wrong with it.
      try {
        compile(source);
      } catch (error) {
        if (isModuleSyntax(source, error)) return 'module';
        throw error;
      }
    }
    return compile(this.transform(source, url, 'commonjs'));
  }
}

function isModuleSyntax(source: string, error: unknown): boolean {
  if (!(error instanceof SyntaxError)) return false;
  if (SAYS_MODULE.test(error.message)) return true;
  if (!MAY_MEAN_MODULE.test(error.message)) return false;
  try {
    new SourceTextModule(source);
    return true;
  } catch {
    return false;
  }
}

function dataOf(url: string): string {
  const comma = url.indexOf(',');
  const body = decodeURIComponent(url.slice(comma + 1).replace(/#.*$/, ''));
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(body, 'base64').toString() : body;
}
