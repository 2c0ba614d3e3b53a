/**
 * Ways that lead through functions of Node.js, and around the text of a module. As in ways.ts; `r` is require, `fd` a file of 20 bytes
 * that is open for reading and writing, `f` its path.
 */
import { type Way, way } from './ways.ts';

const ALL = 'r 8+16';
const BYTES = 'r 0+16';
const EACH = 'r 8+4, r 12+4, r 16+4, r 20+4';

/** Functions that read all they are given, called with `_` in the place of the bytes. */
const READERS: readonly string[] = [
  'r("crypto").createHash("md5").update(_)',
  'r("crypto").createHmac("md5", _)',
  'r("crypto").createHmac("md5", "k").update(_)',
  'r("crypto").createCipheriv("aes-128-cbc", p, _)',
  'r("crypto").createSecretKey(_)',
  'r("crypto").pbkdf2Sync("x", _, 1, 4, "md5")',
  'r("crypto").timingSafeEqual(p, _)',
  'r("fs").writeFileSync(f, _)',
  'r("fs").appendFileSync(f, _)',
  'r("fs").writevSync(fd, [p, _])',
  'r("zlib").deflateSync(_)',
  'r("zlib").brotliCompressSync(_)',
  'r("buffer").transcode(_, "utf8", "latin1")',
  'r("buffer").isAscii(_)',
  'r("v8").serialize({ x: _ })',
  'new (r("string_decoder").StringDecoder)("latin1").write(_)',
  'new Blob(["x", _])',
  'WebAssembly.validate(_)',
  'try { new WebAssembly.Module(_) } catch {}',
  'new TextDecoder().decode(_.buffer)',
  'r("assert").notDeepStrictEqual(_, Buffer.alloc(16, 1))',
  'r("util").isDeepStrictEqual(Buffer.alloc(16), _)',
];

export const HOST_WAYS: readonly Way[] = [
  ...READERS.map((code) => {
    const [shared, own] = ['b', 'p'].map((name) => code.replace(/\b_/, name));
    return way(code, shared, BYTES, own);
  }),
  way('getRandomValues', 'crypto.getRandomValues(b)', 'w 0+16', 'crypto.getRandomValues(p)'),
  way(
    'randomFillSync',
    'r("crypto").randomFillSync(a, 1, 2)',
    'w 12+8',
    'r("crypto").randomFillSync(o, 1, 2)',
  ),
  way('fs.writeSync', 'r("fs").writeSync(fd, b, 1, 3, 0)', 'r 1+3', 'r("fs").writeSync(fd, p, 1, 3, 0)'),
  way(
    'fs.writeSync with options',
    'r("fs").writeSync(fd, b, { offset: 2, length: 3 })',
    'r 2+3',
    'r("fs").writeSync(fd, "text")',
  ),
  way(
    'fs.readSync writes as much as there is',
    'r("fs").readSync(fd, b, 1, 8, 16)',
    'w 1+4',
    'r("fs").readSync(fd, p, 1, 8, 16); r("fs").readSync(fd, b, 0, 8, 20)',
  ),
  way(
    'fs.readvSync',
    'r("fs").readvSync(fd, [p, b], 0)',
    'w 0+4',
    'r("fs").readvSync(fd, [p, Buffer.alloc(3)], 0)',
  ),
  way(
    'SharedArrayBuffer slice',
    'a.buffer.slice(4, -8)',
    'r 4+20',
    'o.buffer.slice(4); a.buffer.slice(9, 9)',
  ),
  way('inspect', 'r("util").inspect({ x: [a] })', ALL, 'r("util").inspect({ x: { y: { z: { a } } } })'),
  way(
    'inspect shows a part',
    'r("util").inspect(a, { maxArrayLength: 2 })',
    'r 8+8',
    'r("util").inspect(o, { maxArrayLength: 2 })',
  ),
  way('format', 'r("util").format("%o", a)', ALL, 'r("util").format("%o", o)'),
  way(
    'views of one memory',
    'structuredClone(b)[2]',
    'r 2+1',
    'structuredClone({ b }); new MessageChannel().port1.postMessage([b, a])',
  ),
  way(
    'Object.defineProperties',
    'Object.defineProperties(a, { 1: { value: 3 }, x: {} })',
    'w 12+4',
    'Object.defineProperties(o, { 1: { value: 3 } })',
  ),
  way(
    'Array.from with a function',
    'Array.from({ length: 2 }, (_, i) => a[i])',
    'r 8+4, r 12+4',
    'Array.from({ length: 2 }, (_, i) => o[i])',
  ),
  // Methods that are called by other names.
  way(
    'uncurried',
    'Function.prototype.call.bind(Uint8Array.prototype.slice)(a, 1)',
    'r 12+12',
    'Function.prototype.call.bind(Uint8Array.prototype.slice)(o, 1)',
  ),
  way(
    'uncurried method of arrays',
    'Function.prototype.call.bind([].slice)(a, 2)',
    'r 16+4, r 20+4',
    'Function.prototype.call.bind([].slice)(o, 2)',
  ),
  way(
    'uncurried apply',
    'Function.prototype.apply.bind(Math.max)(null, a)',
    ALL,
    'Function.prototype.apply.bind(Math.max)(null, o)',
  ),
  way(
    'uncurried apply of any method',
    'Function.prototype.call.bind(Function.prototype.apply)([].at, a, [1])',
    'r 12+4',
    'Function.prototype.call.bind(Function.prototype.apply)([].at, o, [1])',
  ),
  way('bound method of arrays', '[].map.bind(a, (x) => x)()', EACH, '[].map.bind(o, (x) => x)()'),
  way(
    'call by call',
    'Function.prototype.call.call([].at, a, 1)',
    'r 12+4',
    'Function.prototype.call.call([].at, o, 1)',
  ),
  way(
    'apply by call',
    'Math.max.apply.call(Math.max, null, a)',
    ALL,
    'Math.max.apply.call(Math.max, null, o)',
  ),
  // Patterns whose value is not in the text.
  way(
    'parameter',
    '(({ 0: x, 2: y, length }) => x)(a)',
    'r 8+4, r 16+4',
    '(({ 0: x, length }) => x)(o); (({ length }) => 0)(a)',
  ),
  way('parameter by default', '(({ 0: x } = a) => x)()', 'r 8+4', '(({ 0: x } = a) => x)(o)'),
  way(
    'parameter with a rest',
    '(({ x, ...y }) => y)(a)',
    ALL,
    '(({ x, ...y }) => y)(o); (({ x, ...y }) => y)("text")',
  ),
  way(
    'pattern in a pattern',
    'const { x: { 1: y } } = { x: a }',
    'r 12+4',
    'const { x: { 1: y } } = { x: o }',
  ),
  way('pattern in an array pattern', 'let y; [{ 1: y }] = [a]', 'r 12+4', 'let y; [{ 1: y }] = [o]'),
  way('for-of pattern', 'for (const { 0: x } of [a, o]);', 'r 8+4', 'for (const { 0: x } of [o]);'),
  way(
    'catch pattern',
    'try { throw a } catch ({ 3: x }) {}',
    'r 20+4',
    'try { throw o } catch ({ 3: x }) {}',
  ),
  way(
    'computed key',
    'let k = 0; const { [++k]: x, ["" + ++k]: y } = a',
    'r 12+4, r 16+4',
    'let k = 0; const { [++k]: x } = o; const { ["length"]: y, [-1]: z } = a',
  ),
  way(
    'computed key of an object',
    'let y; ({ [{ toString: () => "1" }]: y } = a)',
    'r 12+4',
    'let y; ({ [{ toString: () => "1" }]: y } = o)',
  ),
];

/** What is not seen, and by what name that is said. */
export const NAMED: readonly (readonly [code: string, what: string, neighbour: string])[] = [
  ['eval("a[0]")', 'ran code by eval()', 'eval(1); eval("a")'],
  ['(0, eval)("[][0]")', 'ran code by eval()', '(0, eval)("this")'],
  ['globalThis.eval("[][0]")', 'ran code by eval()', '({ eval: (x) => x }).eval("[][0]")'],
  ['new Proxy(a, {})[0]', 'made a Proxy of a view of shared memory', 'new Proxy(o, {})[0]'],
  ['Object.create(a)', 'made an object that inherits from a view of shared memory', 'Object.create(o)'],
  [
    'Object.setPrototypeOf({}, a)',
    'made an object that inherits from a view of shared memory',
    'Object.setPrototypeOf({}, o)',
  ],
  [
    'r("assert").deepEqual({ x: [a] }, { x: [a] })',
    'compared what holds shared memory by deepEqual()',
    'r("assert").deepEqual({ x: [o] }, { x: [o] })',
  ],
];
