/** What a module asks of others and gives to them, as its text says it. */
import { isNode, type Node } from '../../../../intercept/plain/rewrite/syntax.ts';

export interface ModuleRequest {
  readonly specifier: string;
  /** Import attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface LocalExport {
  readonly name: string;
  readonly isFunction: boolean;
  /** Its value is that of its declaration. */
  isConstant: boolean;
}

export interface ModuleInterface {
  readonly requests: readonly ModuleRequest[];
  /** `name` is `*` for the namespace. `request` is an index of `requests`, here and below. */
  readonly imports: readonly { readonly request: number; readonly name: string; readonly local: string }[];
  /** Variables of its own that are exported, by their cell's number. Functions have their value from the start. */
  readonly locals: readonly LocalExport[];
  /** Exported name to cell. */
  readonly exports: ReadonlyMap<string, number>;
  /** Exported name to what another module exports; `name` is `*` for its namespace. */
  readonly forwarded: ReadonlyMap<string, { readonly request: number; readonly name: string }>;
  /** Requests of `export *`. */
  readonly stars: readonly number[];
}

export class Interface {
  private readonly requests: ModuleRequest[] = [];
  private readonly imports: { request: number; name: string; local: string }[] = [];
  private readonly locals: LocalExport[] = [];
  private readonly exports = new Map<string, number>();
  private readonly forwarded = new Map<string, { request: number; name: string }>();
  private readonly stars: number[] = [];
  private readonly cellByName = new Map<string, number>();
  private readonly functions = new Set<string>();

  /** @param defaultName the variable that holds a default export without a name */
  constructor(body: readonly Node[], defaultName: string) {
    for (const node of body) {
      // Modules are evaluated in the order in which they are asked for.
      if (isNode(node.source)) this.request(node);
      if (node.type === 'ImportDeclaration') this.import(node);
      const declaration = node.type.startsWith('Export') ? (node.declaration as Node | null) : node;
      if (declaration?.type !== 'FunctionDeclaration') continue;
      this.functions.add(declaration.id === null ? defaultName : nameOf(declaration.id as Node));
    }
    for (const node of body) this.export(node, defaultName);
  }

  result(): ModuleInterface {
    const { requests, imports, locals, exports, forwarded, stars } = this;
    return { requests, imports, locals, exports, forwarded, stars };
  }

  cellOf(local: string): number | undefined {
    return this.cellByName.get(local);
  }

  assigned(cell: number): void {
    this.locals[cell].isConstant = false;
  }

  private import(node: Node): void {
    const request = this.request(node);
    for (const specifier of node.specifiers as Node[]) {
      const name =
        specifier.type === 'ImportDefaultSpecifier'
          ? 'default'
          : specifier.type === 'ImportNamespaceSpecifier'
            ? '*'
            : nameOf(specifier.imported as Node);
      this.imports.push({ request, name, local: nameOf(specifier.local as Node) });
    }
  }

  private export(node: Node, defaultName: string): void {
    if (node.type === 'ExportAllDeclaration') {
      const request = this.request(node);
      if (node.exported === null) this.stars.push(request);
      else this.forwarded.set(nameOf(node.exported as Node), { request, name: '*' });
    } else if (node.type === 'ExportDefaultDeclaration') {
      const { type, id } = node.declaration as Node;
      const named =
        type === 'FunctionDeclaration' || type === 'ClassDeclaration' ? (id as Node | null) : null;
      this.local('default', named === null ? defaultName : nameOf(named));
    } else if (node.type === 'ExportNamedDeclaration') {
      if (node.declaration !== null) {
        for (const name of bound(node.declaration as Node)) this.local(name, name);
      }
      const request = node.source === null ? -1 : this.request(node);
      for (const { local, exported } of node.specifiers as unknown as { local: Node; exported: Node }[]) {
        if (request === -1) this.local(nameOf(exported), nameOf(local));
        else this.forwarded.set(nameOf(exported), { request, name: nameOf(local) });
      }
    }
  }

  private local(exported: string, name: string): void {
    const imported = this.imports.find(({ local }) => local === name);
    if (imported !== undefined) {
      this.forwarded.set(exported, { request: imported.request, name: imported.name });
      return;
    }
    let cell = this.cellByName.get(name);
    if (cell === undefined) {
      cell = this.locals.push({ name, isFunction: this.functions.has(name), isConstant: true }) - 1;
      this.cellByName.set(name, cell);
    }
    this.exports.set(exported, cell);
  }

  private request(node: Node): number {
    const specifier = (node.source as Node).value as string;
    const pairs = ((node.attributes as Node[] | undefined) ?? []).map(({ key, value }): [string, string] => [
      nameOf(key as Node),
      (value as Node).value as string,
    ]);
    const attributes = Object.fromEntries(pairs);
    const known = this.requests.findIndex(
      (request) =>
        request.specifier === specifier && JSON.stringify(request.attributes) === JSON.stringify(attributes),
    );
    return known >= 0 ? known : this.requests.push({ specifier, attributes }) - 1;
  }
}

/** Of an identifier, or of a string that stands for one. */
export function nameOf(node: Node): string {
  return (node.type === 'Literal' ? node.value : node.name) as string;
}

/** The variables of a declaration, or of a pattern that is assigned to. */
export function bound(node: Node | null): string[] {
  switch (node?.type) {
    case 'Identifier':
      return [nameOf(node)];
    case 'VariableDeclaration':
      return (node.declarations as Node[]).flatMap(({ id }) => bound(id as Node));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return bound(node.id as Node | null);
    case 'ObjectPattern':
      return (node.properties as Node[]).flatMap((property) =>
        bound(property.type === 'RestElement' ? property : (property.value as Node)),
      );
    case 'ArrayPattern':
      return (node.elements as (Node | null)[]).flatMap(bound);
    case 'RestElement':
      return bound(node.argument as Node);
    case 'AssignmentPattern':
      return bound(node.left as Node);
    default:
      return [];
  }
}
