/**
 * Every way to touch shared memory, and what is to be told of it, in order: `r` or `w`, offset + bytes. `a` is an Int32Array
 * of 4 over shared memory at byte 8, holding 5, 6, 7, 8; `o` the same over memory of its own; `b` a shared Buffer of 16 bytes and `p` a Buffer of its
 * own; `d` a shared DataView of 16 bytes, `e` one of its own.
 */
export interface Way {
  readonly name: string;
  readonly code: string;
  readonly told: string;
  /** Much the same, which touches no shared memory. */
  readonly neighbour: string;
}

export function way(name: string, code: string, told: string, neighbour: string): Way {
  return { name, code, told, neighbour };
}

const ALL = 'r 8+16';
const EACH = 'r 8+4, r 12+4, r 16+4, r 20+4';
/** The same in the other direction. */
const BACK = 'r 20+4, r 16+4, r 12+4, r 8+4';

export const WAYS: readonly Way[] = [
  // Syntax.
  way('read', 'a[1]', 'r 12+4', 'o[1]'),
  way('read by a string', 'a["1"]', 'r 12+4', 'a["01"]'),
  way('read of a missing element', 'a[3]', 'r 20+4', 'a[4]; a[-1]; a[1.5]; a["x"]; a[NaN]'),
  way('read of an expression', '(() => ({ v: a }))().v[1 + 1]', 'r 16+4', '(() => ({ v: o }))().v[1 + 1]'),
  way('optional read', 'a?.[0]', 'r 8+4', 'a?.length; o?.[0]; null?.[0]'),
  way('read by an object', 'a[{ toString: () => 2 }]', 'r 16+4', 'o[{ toString: () => 2 }]'),
  way('read in a template', '`${a[0]}`', 'r 8+4', '`${o[0]}`'),
  way('write', 'a[1] = 3', 'w 12+4', 'o[1] = 3; a[9] = 3; a.x = 3'),
  way('write after its value', 'a[1] = a[0]', 'r 8+4, w 12+4', 'o[1] = o[0]'),
  way('compound assignment', 'a[1] += 3', 'r 12+4, w 12+4', 'o[1] += 3'),
  way('compound assignment reads first', 'a[1] += a[0]', 'r 12+4, r 8+4, w 12+4', 'o[1] -= o[0]'),
  way('logical assignment, taken', 'a[1] &&= 3', 'r 12+4, w 12+4', 'o[1] &&= 3'),
  way('logical assignment, not taken', 'a[1] ||= 3', 'r 12+4', 'o[1] ??= 3'),
  way('update', 'a[1]++', 'r 12+4, w 12+4', 'o[1]++; a[9]++'),
  way('update before', '--a[1]', 'r 12+4, w 12+4', '--o[1]'),
  way('update of an expression', '[a][0][1]++', 'r 12+4, w 12+4', '[o][0][1]++'),
  way('update in parentheses', '([a][0][1])++', 'r 12+4, w 12+4', '([o][0][1])++'),
  way('array pattern as target', '[a[0], o[0]] = [1, 2]', 'w 8+4', '[o[0], o[1]] = [1, 2]'),
  way('object pattern as target', '({ x: a[0], ...o[1] } = { x: 1 })', 'w 8+4', '({ x: o[0] } = { x: 1 })'),
  way('for-of target', 'for (a[0] of [1, 2]);', 'w 8+4, w 8+4', 'for (o[0] of [1, 2]);'),
  way('for-in target', 'for (a[0] in { 3: 1 });', 'w 8+4', 'for (o[0] in a);'),
  way(
    'object pattern with numbers',
    'const { 0: x, 2: y } = a',
    'r 8+4, r 16+4',
    'const { 0: x, length } = o; const { byteLength } = a',
  ),
  way('object pattern with a rest', 'const { ...x } = a', ALL, 'const { ...x } = o'),
  way('array pattern', 'const [x, y] = a', 'r 8+4, r 12+4', 'const [x, y] = o'),
  way('for-of', 'for (const x of a);', EACH, 'for (const x of o);'),
  way('for-of, left early', 'for (const x of a) break', 'r 8+4', 'for (const x of o) break'),
  way('for-in', 'for (const k in a) a[k]', EACH, 'for (const k in a);'),
  way('spread in an array', '[...a]', EACH, '[...o]'),
  way('spread in a call', 'Math.max(...a)', EACH, 'Math.max(...o)'),
  way('spread in an object', '({ ...a })', ALL, '({ ...o })'),
  way('yield*', '[...(function* () { yield* a })()]', EACH, '[...(function* () { yield* o })()]'),
  way(
    'in, delete, typeof, keys',
    'typeof a[0]',
    'r 8+4',
    '0 in a; Object.keys(a); a.hasOwnProperty(0); try { delete a[9] } catch {}',
  ),
  // Methods of typed arrays.
  way('at', 'a.at(-1)', 'r 20+4', 'a.at(9); o.at(-1)'),
  way('copyWithin', 'a.copyWithin(2, 0, 1)', 'r 8+4, w 16+4', 'o.copyWithin(2, 0, 1); a.copyWithin(0, 4)'),
  way('entries', '[...a.entries()]', EACH, 'a.entries(); [...o.entries()]'),
  way('every', 'a.every((x) => x < 6)', 'r 8+4, r 12+4', 'o.every((x) => x < 6)'),
  way('fill', 'a.fill(0, 1, 3)', 'w 12+8', 'o.fill(0); a.fill(0, 2, 2)'),
  way('filter', 'a.filter(() => true)', EACH, 'o.filter(() => true)'),
  way('find', 'a.find((x) => x === 6)', 'r 8+4, r 12+4', 'o.find((x) => x === 6)'),
  way('findIndex', 'a.findIndex((x) => x === 5)', 'r 8+4', 'o.findIndex((x) => x === 5)'),
  way('findLast', 'a.findLast((x) => x === 7)', 'r 20+4, r 16+4', 'o.findLast((x) => x === 7)'),
  way('findLastIndex', 'a.findLastIndex(() => false)', BACK, 'o.findLastIndex(() => false)'),
  way('forEach', 'a.forEach(() => {})', EACH, 'o.forEach(() => {})'),
  way('includes', 'a.includes(6)', 'r 8+4, r 12+4', 'o.includes(6)'),
  way('indexOf', 'a.indexOf(9, 2)', 'r 16+4, r 20+4', 'o.indexOf(9); a.indexOf(5, 4)'),
  way('join', 'a.join()', ALL, 'o.join()'),
  way('keys', '[...a.keys()].map((k) => a[k])', EACH, '[...a.keys()]'),
  way('lastIndexOf', 'a.lastIndexOf(7)', 'r 20+4, r 16+4', 'o.lastIndexOf(7)'),
  way('map', 'a.map((x) => x)', EACH, 'o.map((x) => x)'),
  way('reduce', 'a.reduce((x, y) => x + y, 0)', EACH, 'o.reduce((x, y) => x + y, 0)'),
  way('reduceRight', 'a.reduceRight((x, y) => x + y)', BACK, 'o.reduceRight((x, y) => x + y)'),
  way('reverse', 'a.reverse()', 'r 8+8, w 8+8, r 16+8, w 16+8', 'o.reverse()'),
  way(
    'reverse leaves the middle',
    'a.subarray(0, 3).reverse()',
    'r 8+4, w 8+4, r 16+4, w 16+4',
    'a.subarray(1, 2).reverse()',
  ),
  way('set from an array', 'a.set([1, 2], 1)', 'w 12+8', 'o.set([1, 2], 1)'),
  way('set from a shared array', 'o.set(a)', ALL, 'o.set(o)'),
  way('set in place', 'a.set(a.subarray(0, 2), 2)', 'r 8+8, w 16+8', 'a.subarray(0, 2)'),
  way('set that fails', 'a.set([1], 3)', 'w 20+4', 'try { a.set([1], 4) } catch {}'),
  way('slice', 'a.slice(1, -1)', 'r 12+8', 'o.slice(1, -1); a.slice(2, 1)'),
  way('some', 'a.some((x) => x === 6)', 'r 8+4, r 12+4', 'o.some((x) => x === 6)'),
  way('sort', 'a.sort()', `${ALL}, w 8+16`, 'o.sort()'),
  way('sort with a function', 'a.sort((x, y) => y - x)', `${ALL}, w 8+16`, 'try { a.sort(1) } catch {}'),
  way('subarray', 'a.subarray(1)[0]', 'r 12+4', 'a.subarray(1).length; a.buffer; a.byteOffset'),
  way('toLocaleString', 'a.toLocaleString()', ALL, 'o.toLocaleString()'),
  way('toReversed', 'a.toReversed()', ALL, 'o.toReversed()'),
  way('toSorted', 'a.toSorted((x, y) => x - y)', ALL, 'o.toSorted()'),
  way('toString', 'String(a)', ALL, 'String(o)'),
  way('values', 'a.values().next()', 'r 8+4', 'a.values(); o.values().next()'),
  way('with', 'a.with(1, 0)', 'r 8+4, r 16+8', 'o.with(1, 0)'),
  // What is made of them.
  way('constructor', 'new Int32Array(a)', ALL, 'new Int32Array(o); new Int32Array(a.buffer)'),
  way(
    'constructor by another name',
    'const T = Float64Array; new T(a)',
    ALL,
    'const T = class { constructor(x) { this.x = x } }; new T(a)',
  ),
  way(
    'constructor by a property',
    'new globalThis.Float64Array(a); new a.constructor(o)',
    ALL,
    'new globalThis.Float64Array(o)',
  ),
  way(
    'constructor of a subclass',
    'class T extends Uint8Array { constructor(x) { super(x) } } new T(a)',
    ALL,
    'class T extends Array { constructor(x) { super(x) } } new T(a)',
  ),
  way(
    'constructor of a subclass without one',
    'class T extends Uint8Array {} class U extends T {} new U(a)',
    ALL,
    'class T extends Uint8Array { constructor() { super(4) } } class U extends T {} new U(a)',
  ),
  way('constructor from an iterator', 'new Float64Array(a.values())', EACH, 'new Float64Array(o.values())'),
  way('TypedArray.from', 'Float64Array.from(a)', EACH, 'Float64Array.from(o)'),
  way('TypedArray.of', 'Float64Array.of(...a)', EACH, 'Float64Array.of(...o)'),
  way('Array.from', 'Array.from(a)', EACH, 'Array.from(o)'),
  way('Set', 'new Set(a)', EACH, 'new Set([a])'),
  // Methods of arrays that are called on them.
  way(
    'borrowed slice',
    'Array.prototype.slice.call(a, 1, 3)',
    'r 12+4, r 16+4',
    'Array.prototype.slice.call(o, 1, 3)',
  ),
  way('borrowed map', '[].map.call(a, (x) => x)', EACH, '[].map.call(o, (x) => x)'),
  way(
    'borrowed some by a name',
    'const { some } = Array.prototype; some.apply(a, [() => true])',
    'r 8+4',
    'const { some } = Array.prototype; some.apply(o, [() => true])',
  ),
  way('borrowed fill', '[].fill.call(a, 0, 1, 3)', 'w 12+4, w 16+4', '[].fill.call(o, 0)'),
  way(
    'borrowed by Reflect.apply',
    'Reflect.apply(Array.prototype.at, a, [1])',
    'r 12+4',
    'Reflect.apply(Array.prototype.at, o, [1])',
  ),
  way('method of its own by call', 'a.at.call(a, 1)', 'r 12+4', 'a.at.call(o, 1)'),
  way('list of apply', 'Math.max.apply(null, a)', ALL, 'Math.max.apply(null, o)'),
  way(
    'list of a method by apply',
    'const x = { max: Math.max }; x.max.apply(null, a)',
    ALL,
    'const x = { y: { apply(y, z) {} } }; x.y.apply(null, a)',
  ),
  way('list of Reflect.apply', 'Reflect.apply(Math.max, null, a)', ALL, 'Reflect.apply(Math.max, null, o)'),
  way(
    'Reflect.construct',
    'Reflect.construct(Int8Array, [a])',
    ALL,
    'Reflect.construct(Int8Array, [o]); Reflect.construct(Object, [a])',
  ),
  // Properties.
  way('Reflect.get', 'Reflect.get(a, 1)', 'r 12+4', 'Reflect.get(a, "length"); Reflect.get(o, 1)'),
  way('Reflect.set', 'Reflect.set(a, "1", 0)', 'w 12+4', 'Reflect.set(o, 1, 0); Reflect.set(a, "x", 0)'),
  way('Object.values', 'Object.values(a)', ALL, 'Object.values(o); Object.values({ a })'),
  way('Object.entries', 'Object.entries(a)', ALL, 'Object.entries(o)'),
  way('Object.assign from', 'Object.assign({}, a)', ALL, 'Object.assign({}, o, { a })'),
  way('Object.assign to', 'Object.assign(a, [1, 2])', 'w 8+4, w 12+4', 'Object.assign(o, [1, 2])'),
  way(
    'own property descriptor',
    'Object.getOwnPropertyDescriptor(a, 1)',
    'r 12+4',
    'Object.getOwnPropertyDescriptor(a, 9)',
  ),
  way(
    'own property descriptors',
    'Object.getOwnPropertyDescriptors(a)',
    ALL,
    'Object.getOwnPropertyDescriptors(o)',
  ),
  way(
    'Object.defineProperty',
    'Object.defineProperty(a, 1, { value: 3 })',
    'w 12+4',
    'Object.defineProperty(a, "x", { value: 3 })',
  ),
  way(
    'Reflect.defineProperty',
    'Reflect.defineProperty(a, 1, { value: 3 })',
    'w 12+4',
    'Reflect.defineProperty(a, 1, {})',
  ),
  way('JSON.stringify', 'JSON.stringify({ x: [a] })', ALL, 'JSON.stringify({ x: [o] })'),
  way('structuredClone', 'structuredClone(a)[0]', 'r 8+4', 'structuredClone(a)'),
  // DataView.
  ...(
    [
      'Int8',
      'Uint8',
      'Int16',
      'Uint16',
      'Int32',
      'Uint32',
      'Float32',
      'Float64',
      'BigInt64',
      'BigUint64',
    ] as const
  ).flatMap((type) => {
    const bytes = Number(/\d+/.exec(type)?.[0]) / 8;
    const value = type.startsWith('Big') ? '1n' : '1';
    return [
      way(
        `get${type}`,
        `d.get${type}(3)`,
        `r 3+${bytes}`,
        `e.get${type}(3); try { d.get${type}(16) } catch {}`,
      ),
      way(`set${type}`, `d.set${type}(3, ${value})`, `w 3+${bytes}`, `e.set${type}(3, ${value})`),
    ];
  }),
  // Buffer.
  way('Buffer element', 'b[3]', 'r 3+1', 'p[3]'),
  ...(
    [
      'Int8',
      'UInt8',
      'Uint8',
      'Int16LE',
      'UInt16BE',
      'Int32BE',
      'Uint32LE',
      'FloatLE',
      'DoubleBE',
      'BigInt64LE',
      'BigUInt64BE',
    ] as const
  ).flatMap((type) => {
    const bytes = type.startsWith('F') ? 4 : type.startsWith('D') ? 8 : Number(/\d+/.exec(type)?.[0]) / 8;
    const value = type.startsWith('Big') ? '1n' : '1';
    return [
      way(
        `read${type}`,
        `b.read${type}(2)`,
        `r 2+${bytes}`,
        `p.read${type}(2); try { b.read${type}(16) } catch {}`,
      ),
      way(
        `write${type}`,
        `b.write${type}(${value}, 2)`,
        `w 2+${bytes}`,
        `p.write${type}(${value}, 2); try { b.write${type}(${value}, 16) } catch {}`,
      ),
    ];
  }),
  way('readUIntBE', 'b.readUIntBE(1, 3)', 'r 1+3', 'p.readUIntBE(1, 3)'),
  way('writeIntLE', 'b.writeIntLE(1, 1, 6)', 'w 1+6', 'try { b.writeIntLE(300, 1, 1) } catch {}'),
  way('Buffer toString', 'b.toString("latin1", 1, 3)', 'r 1+2', 'p.toString(); b.toString("hex", 3, 3)'),
  way('Buffer utf8Slice', 'b.utf8Slice(1, 3)', 'r 1+2', 'p.utf8Slice(1, 3)'),
  way('Buffer write', 'b.write("ab\\u00e9", 3)', 'w 3+4', 'p.write("ab", 3)'),
  way('Buffer write hex', 'b.write("0102", 0, "hex")', 'w 0+2', 'b.write("", 0, "hex")'),
  way('Buffer fill', 'b.fill(0, 2, 4)', 'w 2+2', 'p.fill(0)'),
  way('Buffer equals', 'p.equals(b)', 'r 0+16', 'p.equals(p); p.equals(b.subarray(1))'),
  way('Buffer compare', 'b.compare(p, 0, 4, 2, 6)', 'r 2+4', 'p.compare(p)'),
  way('Buffer.compare', 'Buffer.compare(p, b)', 'r 0+16', 'Buffer.compare(p, p)'),
  way('Buffer copy to', 'p.copy(b, 4, 0, 2)', 'w 4+2', 'p.copy(p, 4, 0, 2)'),
  way('Buffer copy from', 'b.copy(p, 4, 1, 3)', 'r 1+2', 'b.copy(p, 16)'),
  way('Buffer indexOf', 'b.indexOf(3)', 'r 0+4', 'p.indexOf(3)'),
  way('Buffer includes', 'b.includes(99)', 'r 0+16', 'p.includes(99)'),
  way('Buffer lastIndexOf', 'b.lastIndexOf(3)', 'r 0+16', 'p.lastIndexOf(3)'),
  way('Buffer search for', 'p.indexOf(b.subarray(0, 2))', 'r 0+2', 'b.subarray(0, 2)'),
  way('Buffer toJSON', 'JSON.stringify(b)', 'r 0+16', 'JSON.stringify(p)'),
  way('Buffer swap16', 'b.swap16()', 'r 0+16, w 0+16', 'p.swap16()'),
  way('Buffer.from', 'Buffer.from(b)', 'r 0+16', 'Buffer.from(b.buffer); Buffer.from(p)'),
  way('Buffer.concat', 'Buffer.concat([p, b, b], 20)', 'r 0+4', 'Buffer.concat([p])'),
  way('Buffer.copyBytesFrom', 'Buffer.copyBytesFrom(a, 1, 2)', 'r 12+8', 'Buffer.copyBytesFrom(o)'),
  // Text.
  way('TextDecoder', 'new TextDecoder().decode(b.subarray(2, 5))', 'r 2+3', 'new TextDecoder().decode(p)'),
  way(
    'TextEncoder',
    'new TextEncoder().encodeInto("a\\u00e9", b)',
    'w 0+3',
    'new TextEncoder().encodeInto("a", p)',
  ),
];
