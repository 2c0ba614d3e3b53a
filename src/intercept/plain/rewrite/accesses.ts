import type { Edits } from './edits.ts';
import { CALL } from './names.ts';
import { isToldByValue } from './patterns.ts';
import {
  isElement,
  isEval,
  isShortCircuited,
  isSimple,
  isSimpleKey,
  mayBeView,
  type Node,
  offsetOf,
} from './syntax.ts';
import type { Walk } from './walk.ts';

const ARRAY_METHODS: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Array.prototype));
/** What a constructor of typed arrays may be called, where it is a property. */
const CONSTRUCTOR = /(Array|Buffer|[cC]onstructor|[cC]tor|[tT]ype|[vV]iew|^C|^T)$/;

/** How each kind of access is rewritten. In examples `o` and `k` are variables of the function, `s` the site. */
export class Accesses {
  private readonly walk: Walk;
  private readonly source: string;
  private readonly edits: Edits;

  constructor(walk: Walk) {
    this.walk = walk;
    this.source = walk.task.source;
    this.edits = walk.task.edits;
  }

  /** Rewrites what is an access or holds one in a place of its own; false for all else. */
  visit(node: Node): boolean {
    switch (node.type) {
      case 'AssignmentExpression':
        return this.assignment(node);
      case 'UpdateExpression':
        return this.update(node);
      case 'UnaryExpression':
        // What is deleted is not read.
        if (node.operator === 'typeof') return isEval(node.argument as Node);
        if (node.operator !== 'delete') return false;
        this.walk.unread(node.argument as Node);
        return true;
      case 'CallExpression':
        return this.call(node);
      case 'NewExpression':
        return this.construction(node);
      case 'TaggedTemplateExpression':
        this.walk.unread(node.tag as Node);
        this.walk.visit(node.quasi as Node);
        return true;
      case 'SpreadElement':
        this.walk.unread(node.argument as Node);
        return true;
      case 'ObjectExpression':
        return this.object(node);
      default:
        return false;
    }
  }

  /** `a[i]` -> `a[r(a,i,s)]`, `f().g[i]` -> `(o=f().g)[r(o,i,s)]`. */
  read(node: Node): void {
    const object = node.object as Node;
    const { frame } = this.walk;
    let name: string;
    if (isSimple(object)) {
      name = this.text(object);
    } else {
      // It is read before anything else can write it.
      name = frame.take();
      frame.release(1);
      this.hold(node, name);
    }
    this.key(node, `${CALL.READ}(${name},`, `,${this.walk.site(node)})`);
  }

  /** Puts the object of an access into a variable. */
  private hold(member: Node, name: string): void {
    const object = member.object as Node;
    this.edits.open(member.start, `(${name}=`);
    this.walk.visit(object);
    const bracket = offsetOf(this.source, object.end, '[');
    const optional = member.optional === true ? offsetOf(this.source, object.end, '?') : bracket;
    this.edits.close(optional, ')');
  }

  /** Puts texts around the key of an access. */
  private key(member: Node, before: string, after: string): void {
    const key = member.property as Node;
    const [open, close] = key.type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
    this.edits.open(offsetOf(this.source, (member.object as Node).end, '[') + 1, before + open);
    this.walk.visit(key);
    this.edits.close(member.end - 1, close + after);
  }

  private assignment(node: Node): boolean {
    const left = node.left as Node;
    const right = node.right as Node;
    const operator = node.operator as string;
    if (left.type === 'ArrayPattern' || left.type === 'ObjectPattern') {
      this.walk.pattern(left, isToldByValue(left));
      this.walk.initial(left, right);
      return true;
    }
    if (!isElement(left)) return false;
    if (operator === '=') this.write(node);
    else if (/^(\|\||&&|\?\?)=$/.test(operator)) this.logical(node);
    else this.compound(node);
    return true;
  }

  /** Evaluates object and key once; gives the texts by which they can be used again. */
  private once(member: Node): { object: string; key: string; taken: number } {
    const object = member.object as Node;
    const key = member.property as Node;
    if (isSimple(object) && isSimpleKey(key)) {
      return { object: this.text(object), key: this.text(key), taken: 0 };
    }
    const { frame } = this.walk;
    const objectName = frame.take();
    this.hold(member, objectName);
    if (isSimpleKey(key) && key.type === 'Literal') {
      return { object: objectName, key: this.text(key), taken: 1 };
    }
    const keyName = frame.take();
    this.key(member, `${keyName}=`, '');
    return { object: objectName, key: keyName, taken: 2 };
  }

  /** `a[i] = v` -> `a[i] = w(a,i,s,v)`; the write is told when `v` is known. */
  private write(node: Node): void {
    const left = node.left as Node;
    const { object, key, taken } = this.once(left);
    this.walk.frame.release(taken);
    const site = this.walk.site(left);
    const operator = offsetOf(this.source, left.end, '=');
    this.edits.open(operator + 1, `${CALL.WRITE}(${object},${key},${site},`);
    this.walk.visit(node.right as Node);
    this.edits.close(node.end, ')');
  }

  /** `a[i] += v` -> `a[i] = w(a,i,s,a[r(a,i,s)] + (v))`. */
  private compound(node: Node): void {
    const left = node.left as Node;
    const operator = (node.operator as string).slice(0, -1);
    const { object, key, taken } = this.once(left);
    this.walk.frame.release(taken);
    const site = this.walk.site(left);
    const at = offsetOf(this.source, left.end, node.operator as string);
    const read = `${object}[${CALL.READ}(${object},${key},${site})]`;
    this.edits.replace(
      at,
      operator.length + 1,
      `=${CALL.WRITE}(${object},${key},${site},${read}${operator}(`,
    );
    this.walk.visit(node.right as Node);
    this.edits.close(node.end, '))');
  }

  /** `a[i] ||= v` -> `((o=a)[r(o,k=i,s)]||(o[k]=w(o,k,s,v)))`. */
  private logical(node: Node): void {
    const left = node.left as Node;
    const operator = node.operator as string;
    const { frame } = this.walk;
    const object = frame.take();
    const key = frame.take();
    const site = this.walk.site(left);
    this.edits.open(node.start, '(');
    this.hold(left, object);
    this.key(left, `${CALL.READ}(${object},${key}=`, `,${site})`);
    const at = offsetOf(this.source, left.end, operator);
    const write = `(${object}[${key}]=${CALL.WRITE}(${object},${key},${site},`;
    this.edits.replace(at, operator.length, operator.slice(0, -1) + write);
    // They are loaded before the value is evaluated.
    frame.release(2);
    this.walk.visit(node.right as Node);
    this.edits.close(node.end, ')))');
  }

  /** `a[i]++` -> `(q(a,i)?u(a,i,s,1,true):a[i]++)`. */
  private update(node: Node): boolean {
    const member = node.argument as Node;
    if (!isElement(member)) return false;
    const object = member.object as Node;
    const key = member.property as Node;
    const prefix = node.prefix === true;
    const site = this.walk.site(member);
    const step = `${site},${node.operator === '++' ? 1 : -1},${!prefix}`;
    if (isSimple(object) && isSimpleKey(key)) {
      const both = `${this.text(object)},${this.text(key)}`;
      this.edits.open(node.start, `(${CALL.SHARED}(${both})?${CALL.UPDATE}(${both},${step}):`);
      this.edits.close(node.end, ')');
      return true;
    }
    const operator = prefix ? node.start : offsetOf(this.source, member.end, node.operator as string);
    const bare = prefix
      ? this.source.slice(node.start + 2, member.start).trim() === ''
      : node.start === member.start;
    if (bare) this.updateHeld(node, operator, step);
    else this.updateAtOnce(member, site);
    return true;
  }

  /** `f().g[i]++` -> `(q(o=f().g,k=i)?u(o,k,s,1,true):o[k]++)`. */
  private updateHeld(node: Node, operator: number, step: string): void {
    const member = node.argument as Node;
    const { edits, source, walk } = this;
    const object = walk.frame.take();
    edits.open(node.start, `(${CALL.SHARED}(`);
    if (node.prefix === true) edits.replace(operator, 2, '');
    edits.open(member.start, `${object}=`);
    walk.visit(member.object as Node);
    const key = walk.frame.take();
    const bracket = offsetOf(source, (member.object as Node).end, '[');
    const [open, close] = (member.property as Node).type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
    edits.replace(bracket, 1, `,${key}=${open}`);
    walk.visit(member.property as Node);
    const element = `${object}[${key}]`;
    const native = node.prefix === true ? `${node.operator}${element}` : `${element}${node.operator}`;
    const text = `${close})?${CALL.UPDATE}(${object},${key},${step}):${native})`;
    edits.replace(member.end - 1, 1, text);
    if (node.prefix !== true) edits.replace(operator, 2, '');
    walk.frame.release(2);
  }

  /** `(f().g[i])++` -> `((o=f().g)[b(o,i,s)])++`. */
  private updateAtOnce(member: Node, site: string): void {
    const { frame } = this.walk;
    const name = frame.take();
    frame.release(1);
    this.hold(member, name);
    this.key(member, `${CALL.BOTH}(${name},`, `,${site})`);
  }

  /** `[a[i]] = ...` -> `[t(a,i,s).v] = ...`. */
  target(member: Node): void {
    const { edits, source, walk } = this;
    const call = walk.frame.strict ? CALL.STRICT_TARGET : CALL.TARGET;
    const [open, close] = (member.property as Node).type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
    edits.open(member.start, `${call}(`);
    walk.visit(member.object as Node);
    edits.replace(offsetOf(source, (member.object as Node).end, '['), 1, `,${open}`);
    walk.visit(member.property as Node);
    edits.replace(member.end - 1, 1, `${close},${walk.site(member)}).v`);
  }

  private call(node: Node): boolean {
    const callee = node.callee as Node;
    const args = node.arguments as Node[];
    if (isEval(callee) && args.length > 0) {
      // It is also called as a value that has been got: `(0, eval)(x)`.
      if (callee.type === 'SequenceExpression') {
        for (const before of (callee.expressions as Node[]).slice(0, -1)) this.walk.visit(before);
      }
      if (args[0].type !== 'SpreadElement') this.around(args[0], `${CALL.EVAL}(`, ')');
      else this.walk.visit(args[0]);
      for (const argument of args.slice(1)) this.walk.visit(argument);
      return true;
    }
    if (callee.type === 'Super' && args.length > 0 && mayBeView(args[0])) {
      this.around(args[0], `${CALL.SUPER}(`, `,new.target,${this.walk.site(node)})`);
      for (const argument of args.slice(1)) this.walk.visit(argument);
      return true;
    }
    if (this.borrowed(node, callee, args)) return true;
    this.walk.unread(callee);
    for (const argument of args) this.walk.visit(argument);
    return true;
  }

  /** `f.call(a)` -> `x(f.call(m(a,f,s)))`, and `.apply`, where `f` may be a method of arrays. */
  private borrowed(node: Node, callee: Node, args: readonly Node[]): boolean {
    if (callee.type !== 'MemberExpression' || callee.computed === true || callee.optional === true)
      return false;
    const name = (callee.property as Node).name as string;
    if ((name !== 'call' && name !== 'apply') || args.length === 0 || args[0].type === 'SpreadElement')
      return false;
    const method = callee.object as Node;
    if (isCallOrApply(method) && !isShortCircuited(method)) return this.borrowedTwice(node, method, args);
    if (isShortCircuited(method) || (method.type === 'Identifier' && method.name === 'Reflect')) return false;
    const lists = name === 'apply' && args.length > 1 && mayBeView(args[1]);
    const known = mayBeView(args[0]) && (method.type === 'Identifier' || isArrayMethod(method));
    if (!known && !lists) return false;
    const { walk } = this;
    let text = this.text(method);
    let held = 0;
    if (known) this.edits.open(node.start, `${CALL.RESULT}(`);
    if (method.type !== 'Identifier') {
      text = walk.frame.take();
      held = 1;
      this.around(method, `(${text}=`, ')');
    }
    if (known) this.around(args[0], `${CALL.RECEIVER}(`, `,${text},${walk.site(node)})`);
    else walk.visit(args[0]);
    if (lists) this.around(args[1], `${CALL.LIST}(`, `,${text},${walk.site(node)})`);
    else walk.visit(args[1]);
    walk.frame.release(held);
    for (const argument of args.slice(2)) walk.visit(argument);
    if (known) this.edits.close(node.end, ')');
    return true;
  }

  /** `Function.prototype.call.call(f, a)` -> `x(Function.prototype.call.call((o=f), m(a,o,s)))`, and `apply.call(f, a, list)`. */
  private borrowedTwice(node: Node, method: Node, args: readonly Node[]): boolean {
    const { walk } = this;
    const [called, receiver, list] = args;
    walk.visit(method);
    if (args.length < 2 || args.some(({ type }) => type === 'SpreadElement')) {
      for (const argument of args) walk.visit(argument);
      return true;
    }
    const text = walk.frame.take();
    this.edits.open(node.start, `${CALL.RESULT}(`);
    this.around(called, `(${text}=`, ')');
    this.around(receiver, `${CALL.RECEIVER}(`, `,${text},${walk.site(node)})`);
    const lists = (method.property as Node).name === 'apply' && list !== undefined;
    if (lists) this.around(list, `${CALL.LIST}(`, `,${text},${walk.site(node)})`);
    walk.frame.release(1);
    for (const argument of args.slice(lists ? 3 : 2)) walk.visit(argument);
    this.edits.close(node.end, ')');
    return true;
  }

  /** Puts texts around an expression. */
  private around(node: Node, before: string, after: string): void {
    const [open, close] = node.type === 'SequenceExpression' ? ['(', ')'] : ['', ''];
    this.edits.open(node.start, before + open);
    this.walk.visit(node);
    this.edits.close(node.end, close + after);
  }

  /** `new T(x)` -> `new T(c(x,T,s))`. */
  private construction(node: Node): boolean {
    const { walk } = this;
    const callee = node.callee as Node;
    const args = node.arguments as Node[];
    const byName =
      callee.type === 'MemberExpression' &&
      callee.computed !== true &&
      CONSTRUCTOR.test((callee.property as Node).name as string);
    if (args.length === 0 || !mayBeView(args[0]) || !(callee.type === 'Identifier' || byName)) {
      walk.unread(callee);
      for (const argument of args) walk.visit(argument);
      return true;
    }
    let text = this.text(callee);
    let held = 0;
    if (byName) {
      text = walk.frame.take();
      held = 1;
      this.around(callee, `(${text}=`, ')');
    }
    this.around(args[0], `${CALL.CONSTRUCTED}(`, `,${text},${walk.site(node)})`);
    walk.frame.release(held);
    for (const argument of args.slice(1)) walk.visit(argument);
    return true;
  }

  /** `{...a}` -> `{...s(a,s)}`. */
  private object(node: Node): boolean {
    for (const property of node.properties as Node[]) {
      const argument = property.argument as Node | undefined;
      if (property.type !== 'SpreadElement') this.walk.visit(property);
      else if (argument !== undefined && mayBeView(argument)) {
        this.around(argument, `${CALL.SPREAD}(`, `,${this.walk.site(property)})`);
      } else this.walk.visit(argument);
    }
    return true;
  }

  private text(node: Node): string {
    return this.source.slice(node.start, node.end);
  }
}

function isArrayMethod(node: Node): boolean {
  return (
    node.type === 'MemberExpression' &&
    node.computed !== true &&
    ARRAY_METHODS.has((node.property as Node).name as string)
  );
}

function isCallOrApply(node: Node): boolean {
  if (node.type !== 'MemberExpression' || node.computed === true) return false;
  const { name } = node.property as Node;
  return name === 'call' || name === 'apply';
}
