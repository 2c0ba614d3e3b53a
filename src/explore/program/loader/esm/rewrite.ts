/**
 * An ES module as a function that is compiled once and called for each instance. What it imports are variables that the
 * modules it imports from set; what it exports is read by getters and published when it is assigned. Uses of names stay as
 * they are, as do dynamic imports, so that lines, and nearly all columns, are those of the source.
 *
 * What differs from a real module: an import that is read before its module has declared it is `undefined` instead of a
 * ReferenceError; it can be assigned; `arguments` exists at the top level; an export that only a direct `eval` assigns is
 * published at the end of the module.
 */
import { createRequire } from 'node:module';
import type * as Acorn from 'acorn';
import { Edits, lineStarts } from '../../../../intercept/plain/rewrite/edits.ts';
import { children, type Node, offsetOf } from '../../../../intercept/plain/rewrite/syntax.ts';
import { bound, Interface, type ModuleInterface, nameOf } from './interface.ts';

export interface Rewritten extends ModuleInterface {
  /**
   * Body of a function that returns a generator function, or an async one for top-level await. Its parameters are what links
   * the instance, what publishes an export, and `import.meta`.
   */
  readonly code: string;
  /** Columns that `code` has before the first one of the source. */
  readonly columns: number;
  readonly isAsync: boolean;
  readonly usesMeta: boolean;
}

// A program's `createRequire` may be another by the time that the parser is needed.
const require = createRequire(import.meta.url);
let acorn: typeof Acorn | undefined;

/** @throws SyntaxError of the parser's */
export function rewriteModule(source: string): Rewritten {
  acorn ??= require('acorn') as typeof Acorn;
  const program = acorn.parse(source, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    allowHashBang: true,
  }) as unknown as Node;
  return new Rewrite(source, program).result();
}

class Rewrite {
  private readonly source: string;
  private readonly edits: Edits;
  private readonly program: Node;
  private readonly interface: Interface;
  private readonly link: string;
  private readonly publish: string;
  private readonly meta: string;
  private readonly defaultName: string;
  private isAsync = false;
  private usesMeta = false;
  /** A function without a name that is the default export: it is to be called `default`. */
  private unnamed = false;

  constructor(source: string, program: Node) {
    this.source = source;
    this.program = program;
    this.edits = new Edits(source);
    this.link = this.unused('$link');
    this.publish = this.unused('$x');
    // As wide as what it stands for.
    this.meta = this.unused('import_meta');
    this.defaultName = this.unused('$default');
    this.interface = new Interface(program.body as Node[], this.defaultName);
  }

  result(): Rewritten {
    if (this.source.startsWith('#!')) this.edits.replace(0, 2, '//');
    for (const statement of this.program.body as Node[]) this.statement(statement);
    this.walk(this.program, true);
    const { code } = this.edits.apply(lineStarts(this.source));
    const head = this.head();
    return {
      ...this.interface.result(),
      code: `${head}${code}\n}`,
      columns: head.length,
      isAsync: this.isAsync,
      usesMeta: this.usesMeta,
    };
  }

  private head(): string {
    const { imports, locals } = this.interface.result();
    const variables = imports.length === 0 ? '' : `let ${imports.map(({ local }) => local).join(',')};`;
    const setters = imports.map(({ local }) => `v=>{${local}=v}`).join(',');
    const getters = locals.map(({ name }) => `()=>${name}`).join(',');
    const named = this.unnamed ? `,${this.defaultName}` : '';
    const link = `${this.link}([${setters}],[${getters}]${named});`;
    // Functions exist, and can be called by modules of a cycle, before the module is evaluated: hence two steps.
    const kind = this.isAsync ? 'async function' : 'function*';
    const parameters = `${this.link},${this.publish},${this.meta}`;
    return `'use strict';return ${kind}(${parameters}){${variables}${link}${this.isAsync ? '' : 'yield;'}`;
  }

  private unused(name: string): string {
    while (this.source.includes(name)) name = name.replace(/(.)$/, '_$1');
    return name;
  }

  private statement(node: Node): void {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        this.blank(node.start, node.end);
        break;
      case 'ExportNamedDeclaration': {
        const declaration = node.declaration as Node | null;
        if (declaration === null) this.blank(node.start, node.end);
        else {
          this.blank(node.start, declaration.start, '');
          this.declared(declaration);
        }
        break;
      }
      case 'ExportDefaultDeclaration':
        this.exportDefault(node);
        break;
      default:
        this.declared(node);
    }
  }

  /** Publishes after a declaration what it declares. */
  private declared(node: Node): void {
    if (node.type !== 'VariableDeclaration' && node.type !== 'ClassDeclaration') return;
    const cells = this.cells(bound(node));
    if (cells.length > 0) this.edits.close(node.end, `;${this.published(cells)}`);
  }

  private exportDefault(node: Node): void {
    const declaration = node.declaration as Node;
    const keyword = offsetOf(this.source, node.start + 'export'.length, 'default') + 'default'.length;
    const cell = this.cells([this.defaultName]);
    const isFunction = declaration.type === 'FunctionDeclaration';
    if (isFunction || declaration.type === 'ClassDeclaration') {
      const id = declaration.id as Node | null;
      if (isFunction && id === null) {
        this.unnamed = true;
        const after = this.afterFunctionKeyword(declaration);
        this.blank(node.start, keyword, '');
        this.edits.open(after, ` ${this.defaultName}`);
        return;
      }
      if (id !== null) {
        this.blank(node.start, keyword, '');
        this.declared(declaration);
        return;
      }
    }
    // A function or class without a name is called as the key that it is given to.
    this.edits.replace(node.start, keyword - node.start, `const ${this.defaultName}={default:`);
    const end = this.source[node.end - 1] === ';' && declaration.end < node.end ? node.end - 1 : node.end;
    this.edits.close(end, `}.default;${this.published(cell)}`);
  }

  private afterFunctionKeyword(node: Node): number {
    let at = node.start;
    if (node.async === true) at = offsetOf(this.source, at + 'async'.length, 'function');
    at += 'function'.length;
    return node.generator === true ? offsetOf(this.source, at, '*') + 1 : at;
  }

  private published(cells: readonly number[]): string {
    return cells.map((cell) => `${this.publish}(0,${cell});`).join('');
  }

  private cells(names: readonly string[]): number[] {
    return names.map((name) => this.interface.cellOf(name)).filter((cell) => cell !== undefined);
  }

  private blank(start: number, end: number, first = ';'): void {
    const text = this.source.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, ' ');
    this.edits.replace(start, end - start, first + text.slice(first.length));
  }

  private walk(node: Node, isTop: boolean): void {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return;
    if (isTop && awaits(node)) this.isAsync = true;
    if (node.type === 'MetaProperty' && nameOf(node.meta as Node) === 'import') {
      this.usesMeta = true;
      this.blank(node.start, node.end, this.meta);
      return;
    }
    const cells = this.cells(assigned(node));
    for (const cell of cells) this.interface.assigned(cell);
    const isLoop = node.type.startsWith('For');
    if (cells.length > 0 && !isLoop) this.edits.open(node.start, `${this.publish}(`.repeat(cells.length));
    const isInner = isTop && !/Function|^PropertyDefinition$|^StaticBlock$/.test(node.type);
    for (const child of children(node)) {
      const isBody = isLoop && cells.length > 0 && child === node.body;
      if (isBody) this.edits.open(child.start, `{${this.published(cells)}`);
      this.walk(child, isInner);
      if (isBody) this.edits.close(child.end, '}');
    }
    if (cells.length > 0 && !isLoop) {
      this.edits.close(node.end, cells.map((cell) => `,${cell})`).join(''));
    }
  }
}

function awaits(node: Node): boolean {
  return (
    node.type === 'AwaitExpression' ||
    (node.type === 'ForOfStatement' && node.await === true) ||
    (node.type === 'VariableDeclaration' && node.kind === 'await using')
  );
}

/** Names that a node assigns, without those that it declares. */
function assigned(node: Node): string[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return bound(node.left as Node);
    case 'UpdateExpression':
      return bound(node.argument as Node);
    case 'ForInStatement':
    case 'ForOfStatement': {
      const left = node.left as Node;
      return left.type === 'VariableDeclaration' && left.kind !== 'var' ? [] : bound(left);
    }
    default:
      return [];
  }
}
