/** Function bodies: each instruction that is to be seen becomes a call, or is told of just before it. */
import { bytesOf, FENCE } from './atomic.ts';
import { Reader, skipType, Unreadable, Writer } from './bytes.ts';
import { BULK, Instruction, OP } from './instruction.ts';
import { I32, I64, NEED, type Needs } from './needs.ts';
import { plainAccess } from './plain.ts';
import type { Shape } from './shape.ts';

/** Offsets of the new module and of the original one: from the first on they run alike up to the next pair. */
export type OffsetMap = number[];

export interface CodeOptions {
  readonly shape: Shape;
  readonly needs: Needs;
  /** How many functions are added to the imports; the first one's number is that of the module's own first function. */
  readonly added: number;
  /** Plain accesses are told. */
  readonly plain: boolean;
}

/** One function's body at a time. */
export class CodeRewriter {
  readonly code = new Writer(1 << 16);
  /** Of offsets in `code`. */
  readonly map: OffsetMap = [];
  /** Of plain accesses that are told, two numbers each: of the function, and of the byte in the original. */
  readonly sites: number[] = [];
  private readonly options: CodeOptions;
  private body = new Writer(4096);
  private bodyMap: OffsetMap = [];
  private extra = new Map<string, number>();
  /** Its number in the original. */
  private function = 0;
  private locals = 0;
  private copied = 0;

  constructor(options: CodeOptions) {
    this.options = options;
  }

  /** @param section the content of the section of code */
  rewrite(section: Reader): void {
    const { shape } = this.options;
    const count = section.u32();
    if (count !== shape.functions.length) throw new Unreadable('its functions and their bodies differ');
    this.code.u32(count);
    for (let i = 0; i < count; i++) {
      const size = section.u32();
      const reader = new Reader(section.bytes, section.at, section.at + size);
      this.function = shape.importedFunctions + i;
      this.rewriteBody(reader, shape.parameters[shape.functions[i]]);
      section.skip(size);
    }
  }

  private rewriteBody(reader: Reader, parameters: number): void {
    const { code } = this;
    this.body = new Writer(reader.end - reader.at + 64);
    this.bodyMap = [];
    this.extra = new Map();
    const localsAt = reader.at;
    const groups = reader.u32();
    const declaredAt = reader.at;
    this.locals = parameters;
    for (let i = 0; i < groups; i++) {
      this.locals += reader.u32();
      skipType(reader);
    }
    const declared = reader.bytes.subarray(declaredAt, reader.at);
    this.copied = reader.at;
    const instruction = new Instruction(reader, this.options.shape.memories);
    this.note(this.copied);
    while (reader.more) {
      instruction.next();
      this.replace(instruction, reader);
    }
    this.flush(reader, reader.end);
    const head = new Writer(64);
    head.u32(groups + this.extra.size);
    head.append(declared);
    for (const key of this.extra.keys()) {
      head.u32(1);
      head.byte(Number.parseInt(key, 10));
    }
    code.u32(head.length + this.body.length);
    this.noteAt(code.length, localsAt);
    code.append(head.done());
    for (let i = 0; i < this.bodyMap.length; i += 2)
      this.noteAt(code.length + this.bodyMap[i], this.bodyMap[i + 1]);
    code.append(this.body.done());
  }

  private replace(at: Instruction, reader: Reader): void {
    const { shape, plain } = this.options;
    const { memories } = shape;
    switch (at.opcode) {
      case OP.CALL:
      case OP.RETURN_CALL:
      case OP.REF_FUNC:
        if (at.index < shape.importedFunctions) return;
        this.flush(reader, at.start);
        this.body.byte(at.opcode);
        this.body.u32(at.index + this.options.added);
        this.goOn(at.end);
        return;
      case OP.ATOMIC:
        if (at.sub === FENCE || !memories[at.memory]?.shared) return;
        this.atomic(at, reader);
        return;
      case OP.MEMORY_GROW:
        if (!memories[at.memory]?.shared) return;
        this.flush(reader, at.start);
        this.call(at, NEED.GROW, 0);
        this.goOn(at.end);
        return;
      case OP.BULK:
        if (plain) this.bulk(at, reader);
        return;
      default:
        if (plain) this.access(at, reader);
    }
  }

  private atomic(at: Instruction, reader: Reader): void {
    if (2 ** at.align !== bytesOf(at.sub))
      throw new Unreadable('an atomic instruction has an alignment that is not its own');
    this.flush(reader, at.start);
    this.constant(this.options.needs.address(at.memory), at.offset);
    this.call(at, NEED.ATOMIC, at.sub);
    this.goOn(at.end);
  }

  /** A plain load or store stays, with its own trap. */
  private access(at: Instruction, reader: Reader): void {
    const access = plainAccess(at.opcode, at.sub);
    if (access === undefined || !this.options.shape.memories[at.memory]?.shared) return;
    const { bytes, writes, above } = access;
    this.flush(reader, at.start);
    const kept = above === undefined ? undefined : this.local(above, 0);
    if (kept !== undefined) this.useLocal(OP.LOCAL_SET, kept);
    this.constant(this.options.needs.address(at.memory), at.offset);
    this.constant(I32, BigInt(bytes));
    this.site(at);
    this.call(at, writes ? NEED.WRITE : NEED.READ, 0);
    if (kept !== undefined) this.useLocal(OP.LOCAL_GET, kept);
    this.note(at.start);
  }

  private bulk(at: Instruction, reader: Reader): void {
    const { needs, shape } = this.options;
    const { memories } = shape;
    const touches =
      (at.sub === BULK.COPY && (memories[at.memory]?.shared || memories[at.source]?.shared)) ||
      ((at.sub === BULK.FILL || at.sub === BULK.INIT) && memories[at.memory]?.shared);
    if (!touches) return;
    const to = needs.address(at.memory);
    const from = at.sub === BULK.COPY ? needs.address(at.source) : I32;
    const length = at.sub === BULK.FILL ? to : at.sub === BULK.COPY && to === I64 && from === I64 ? I64 : I32;
    this.flush(reader, at.start);
    const kept = [this.local(to, 1), this.local(from, 2), this.local(length, 3)];
    for (const local of [...kept].reverse()) this.useLocal(OP.LOCAL_SET, local);
    // The second operand of a fill is a value, and of an init a place in the module.
    const told = at.sub === BULK.COPY ? kept : [kept[0], kept[2]];
    for (const local of told) this.useLocal(OP.LOCAL_GET, local);
    this.site(at);
    const kind = at.sub === BULK.COPY ? NEED.COPY : at.sub === BULK.FILL ? NEED.FILL : NEED.INIT;
    this.call(at, kind, 0);
    for (const local of kept) this.useLocal(OP.LOCAL_GET, local);
    this.copied = at.start;
    this.note(at.start);
  }

  // --- writing ------------------------------------------------------------------------------------------

  /** Copies what stands before an instruction. */
  private flush(reader: Reader, to: number): void {
    this.body.append(reader.bytes, this.copied, to);
    this.copied = to;
  }

  /** What follows is copied again, from here. */
  private goOn(from: number): void {
    this.copied = from;
    this.note(from);
  }

  private call(at: Instruction, kind: number, sub: number): void {
    const { needs, shape } = this.options;
    const source = kind === NEED.COPY ? at.source : 0;
    const number = needs.number(kind, sub, at.memory, source);
    this.note(at.start);
    this.body.byte(OP.CALL);
    this.body.u32(shape.importedFunctions + number);
  }

  private constant(type: number, value: bigint): void {
    if (type === I64) {
      this.body.byte(OP.I64_CONST);
      this.body.s64(BigInt.asIntN(64, value));
    } else {
      this.body.byte(OP.I32_CONST);
      this.body.s32(Number(BigInt.asIntN(32, value)));
    }
  }

  private site(at: Instruction): void {
    this.constant(I32, BigInt(this.sites.length / 2));
    this.sites.push(this.function, at.start);
  }

  /** A local of its own, for each type and purpose. */
  private local(type: number, purpose: number): number {
    const key = `${type} ${purpose}`;
    let index = this.extra.get(key);
    if (index === undefined) {
      index = this.locals + this.extra.size;
      this.extra.set(key, index);
    }
    return index;
  }

  private useLocal(opcode: number, index: number): void {
    this.body.byte(opcode);
    this.body.u32(index);
  }

  private note(original: number): void {
    this.bodyMap.push(this.body.length, original);
  }

  private noteAt(offset: number, original: number): void {
    const { map } = this;
    const last = map.length - 2;
    if (last >= 0 && map[last + 1] - map[last] === original - offset) return;
    map.push(offset, original);
  }
}
