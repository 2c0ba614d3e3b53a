import { Accesses } from './accesses.ts';
import { type DraftSite, siteMark } from './draft.ts';
import { type Edits, lineOf } from './edits.ts';
import { blockAround, Frame, functionAround, statementAt } from './frames.ts';
import type { Marks } from './marks.ts';
import { CALL } from './names.ts';
import { computedKey, isToldByValue, patternKeys, patternValue } from './patterns.ts';
import {
  afterDirectives,
  children,
  ignoresNumbers,
  isElement,
  isEval,
  isNode,
  isShortCircuited,
  isStrictBody,
  type Node,
  offsetOf,
} from './syntax.ts';

export interface Task {
  readonly source: string;
  readonly starts: readonly number[];
  readonly marks: Marks;
  readonly edits: Edits;
  readonly strict: boolean;
}

/** Goes through a tree, and knows in which function it is. What is done with accesses: accesses.ts. */
export class Walk {
  readonly sites: DraftSite[] = [];
  readonly unseen: number[] = [];
  frame!: Frame;
  readonly task: Task;
  private readonly accesses: Accesses;
  /** What an anonymous function is called after. */
  private nextName: string | undefined;

  constructor(task: Task) {
    this.task = task;
    this.accesses = new Accesses(this);
  }

  /** Numbers an access. */
  site(node: Node): string {
    const { starts, marks } = this.task;
    const line = lineOf(starts, node.start);
    const column = node.start - starts[line - 1] + 1;
    const { name } = this.frame;
    const allowed = marks.reasonAt(lineOf(starts, node.end)) ?? marks.reasonAt(line);
    this.sites.push({
      line,
      column,
      ...(name === undefined ? {} : { name }),
      ...(allowed === undefined ? {} : { allowed }),
    });
    return siteMark(this.sites.length - 1);
  }

  /** An access that is left as it is. */
  leave(node: Node): void {
    this.unseen.push(lineOf(this.task.starts, node.start));
  }

  program(node: Node): void {
    const body = node.body as Node[];
    const { source, edits, strict } = this.task;
    const [at, before] = afterDirectives(body, source, body[0]?.start ?? 0);
    this.within(new Frame(undefined, strict || isStrictBody(body), statementAt(edits, at, before)), () => {
      for (const statement of body) this.visit(statement);
    });
  }

  private within(frame: Frame, run: () => void): void {
    const outer = this.frame;
    this.frame = frame;
    run();
    frame.finish();
    this.frame = outer;
  }

  visit(node: Node | null | undefined): void {
    if (node === null || node === undefined) return;
    const name = this.nextName;
    this.nextName = undefined;
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        this.function(node, ((node.id as Node | null)?.name as string | undefined) ?? name);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.class(node);
        return;
      case 'StaticBlock':
        this.block(node);
        return;
      case 'ExpressionStatement':
        this.statement(node);
        return;
      case 'WithStatement':
        this.visit(node.object as Node);
        this.leave(node);
        return;
      case 'VariableDeclarator':
        this.declarator(node);
        return;
      case 'Property':
        if (node.computed === true) this.visit(node.key as Node);
        this.nextName = nameOf(node.key);
        this.visit(node.value as Node);
        return;
      case 'CatchClause':
        if (node.param !== null) this.pattern(node.param as Node);
        this.visit(node.body as Node);
        return;
      case 'ImportDeclaration':
      case 'ExportSpecifier':
        return;
      case 'Identifier':
        if (isEval(node)) this.leave(node);
        return;
      case 'ForOfStatement':
      case 'ForInStatement':
        this.forEach(node);
        return;
      case 'ChainExpression':
        this.visit(node.expression as Node);
        return;
      case 'MemberExpression':
        this.member(node);
        return;
      default:
        if (!this.accesses.visit(node)) this.below(node);
    }
  }

  below(node: Node): void {
    for (const child of children(node)) this.visit(child);
  }

  /** An access, or a property of an object that may itself be one. */
  private member(node: Node): void {
    const element = isElement(node);
    const hidden = element && isShortCircuited(node.object as Node);
    if (hidden) this.leave(node);
    if (isEval(node)) this.leave(node);
    if (element && !hidden) this.accesses.read(node);
    else this.parts(node);
  }

  /** The parts of a member expression, of which the value itself is not looked at. */
  parts(member: Node): void {
    const object = member.object as Node;
    if (ignoresNumbers(member)) this.unread(object);
    else this.visit(object);
    if (member.computed === true) this.visit(member.property as Node);
  }

  /** An expression whose value, were it a number, nobody would see: a function that is called, what is iterated. */
  unread(node: Node): void {
    if (node.type === 'MemberExpression' && node.computed === true) this.parts(node);
    else if (node.type === 'ChainExpression') this.unread(node.expression as Node);
    else this.visit(node);
  }

  private statement(node: Node): void {
    const { edits } = this.task;
    if (typeof node.directive === 'string') return;
    const before = edits.count;
    const prefix = edits.open(node.start, '');
    this.visit(node.expression as Node);
    // A statement that begins with a parenthesis would be taken for arguments of what ends the line before.
    if (edits.beginsWithParenthesis(node.start, before + 1)) prefix.text = '0,';
  }

  private declarator(node: Node): void {
    const id = node.id as Node;
    const init = node.init as Node | null;
    this.pattern(id, init !== null && isToldByValue(id));
    if (init === null) return;
    this.nextName = nameOf(id);
    this.initial(id, init);
  }

  /** The value of a pattern. */
  initial(pattern: Node, value: Node): void {
    if (pattern.type === 'ArrayPattern') this.unread(value);
    else if (pattern.type === 'ObjectPattern') patternValue(this, pattern, value);
    else this.visit(value);
  }

  private forEach(node: Node): void {
    const left = node.left as Node;
    if (left.type === 'VariableDeclaration') this.visit(left);
    else this.pattern(left);
    this.unread(node.right as Node);
    this.visit(node.body as Node);
  }

  /**
   * What is assigned to: names, elements, patterns of both with values by default.
   *
   * @param told the reads of this pattern itself are told by its value
   */
  pattern(node: Node, told = false): void {
    switch (node.type) {
      case 'Identifier':
        break;
      case 'MemberExpression':
        if (isElement(node)) this.accesses.target(node);
        else this.parts(node);
        break;
      case 'ArrayPattern':
        for (const element of node.elements as (Node | null)[]) if (element !== null) this.pattern(element);
        break;
      case 'ObjectPattern':
        if (!told) patternKeys(this, node);
        for (const property of node.properties as Node[]) {
          if (property.computed === true) computedKey(this, property, (key) => this.value(key));
          this.pattern((property.type === 'RestElement' ? property : property.value) as Node);
        }
        break;
      case 'RestElement':
        this.pattern(node.argument as Node);
        break;
      case 'AssignmentPattern':
        this.pattern(node.left as Node);
        this.nextName = nameOf(node.left);
        this.value(node.right as Node);
        break;
      default:
        this.visit(node);
    }
  }

  /** True while the parameters of a function are read: their values by default lie outside its body. */
  private inParameters = false;

  private value(node: Node): void {
    if (this.inParameters) this.alone(node);
    else this.visit(node);
  }

  /** An expression that is evaluated outside every body. */
  private alone(node: Node): void {
    const { edits } = this.task;
    const { name, strict } = this.frame;
    this.withParameters(false, () =>
      this.within(new Frame(name, strict, functionAround(edits, node.start, node.end)), () =>
        this.visit(node),
      ),
    );
  }

  private withParameters(inParameters: boolean, run: () => void): void {
    const outer = this.inParameters;
    this.inParameters = inParameters;
    run();
    this.inParameters = outer;
  }

  private function(node: Node, name: string | undefined): void {
    const { source, edits } = this.task;
    const params = node.params as Node[];
    const body = node.body as Node;
    const statements = body.type === 'BlockStatement' ? (body.body as Node[]) : undefined;
    const strict = this.frame.strict || (statements !== undefined && isStrictBody(statements));
    const outer = new Frame(name, strict, () => {
      throw new Error('a parameter took a variable');
    });
    this.within(outer, () =>
      this.withParameters(true, () => {
        for (const parameter of params) this.pattern(parameter);
      }),
    );
    this.withParameters(false, () => {
      if (statements !== undefined) {
        const [at, before] = afterDirectives(statements, source, body.start + 1);
        this.within(new Frame(name, strict, statementAt(edits, at, before)), () => {
          for (const statement of statements) this.visit(statement);
        });
        return;
      }
      const last = params[params.length - 1];
      const from =
        last === undefined
          ? offsetOf(source, node.async === true ? node.start + 5 : node.start, '=>')
          : last.end;
      const arrow = offsetOf(source, from, '=>') + 2;
      this.within(new Frame(name, strict, blockAround(edits, arrow, node.end)), () => this.visit(body));
    });
  }

  private class(node: Node): void {
    const { name } = this.frame;
    this.visit(node.superClass as Node | null);
    const members = (node.body as Node).body as Node[];
    if (isNode(node.superClass) && !members.some(({ kind }) => kind === 'constructor')) {
      this.task.edits.open((node.body as Node).start + 1, `static{${CALL.DERIVED}(this)}`);
    }
    for (const member of members) {
      if (member.type === 'StaticBlock') {
        this.visit(member);
        continue;
      }
      if (member.computed === true) this.visit(member.key as Node);
      const value = member.value as Node | null;
      if (!isNode(value)) continue;
      const frame = this.frame;
      this.frame = new Frame(nameOf(member.key) ?? name, true, () => undefined);
      this.nextName = nameOf(member.key);
      if (member.type === 'MethodDefinition') this.visit(value);
      else this.alone(value);
      this.frame = frame;
    }
  }

  private block(node: Node): void {
    const { source, edits } = this.task;
    const body = node.body as Node[];
    const at = offsetOf(source, node.start + 'static'.length, '{') + 1;
    this.withParameters(false, () =>
      this.within(new Frame(this.frame.name, true, statementAt(edits, at)), () => {
        for (const statement of body) this.visit(statement);
      }),
    );
  }
}

function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return node.name as string;
  return node.type === 'PrivateIdentifier' ? `#${node.name as string}` : undefined;
}
