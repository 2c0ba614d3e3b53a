/** What a form may use; `log` notes that something was evaluated. Made anew for each run. */
export const WORLD = `
var i32 = new Int32Array(new SharedArrayBuffer(64));
var own = new Int32Array(8);
var f64 = new Float64Array(new SharedArrayBuffer(64));
var big = new BigInt64Array(new SharedArrayBuffer(64));
var u8 = new Uint8Array(new SharedArrayBuffer(16), 4, 8);
var list = [10, 20, 30];
var object = {
  a: 1,
  list: [1, 2, 3],
  views: [i32, own],
  get got() {
    return log('got', i32);
  },
};
var i = 1;
var j = 2;
var nothing;
var nil = null;
var key = {
  toString() {
    return log('key', '1');
  },
};
var num = {
  valueOf() {
    return log('num', 7);
  },
};
var f = (value) => {
  log('f');
  return value;
};
var it = () => {
  log('it');
  return i32;
};
var ix = (n) => {
  log('ix');
  return n;
};
var frozen = Object.freeze([1, 2]);
var setter = {
  set 0(v) {
    trace(['set', v]);
  },
  get 0() {
    return log('get', 5);
  },
};
class Base {
  constructor(x) {
    this.x = x;
  }
  m(...xs) {
    return [this.x, ...xs];
  }
}
i32.set([5, 6, 7, 8]);
own.set([5, 6, 7, 8]);
f64.set([0.5, 1.5, 2.5]);
big.set([1n, 2n, 3n]);
list.m = function (x) {
  return [this === list, x];
};
`;

/** Bodies of functions with accesses of every form; they may use what world.js makes, `this`, await and yield. */
export const FORMS: readonly string[] = [
  // Reads.
  'return [i32[0], own[1], list[2], f64[1], big[0], u8[3]]',
  'return i32[i + 1] + own[i + j]',
  'return it()[ix(2)]',
  'return object.views[0][2]',
  'return object.got[ix(1)]',
  'return i32[i32[4]] + i32[own[4]]',
  'return [i32[99], i32[-1], i32[1.5], i32["1"], i32["01"], i32["-0"], i32[-0], i32[NaN]]',
  'return i32[key]',
  'return list[key] + object[{ toString() { return log("t", "a") } }]',
  'return i32[Symbol.iterator] === Int32Array.prototype.values || typeof i32[Symbol.iterator]',
  'return nil[ix(0)]',
  'return nothing[key]',
  'return f(nothing)[f(0)]',
  'return missing[0]',
  'return missing[f(0)]',
  'return i32[missing]',
  'i32\n[0]\nreturn i32[0 // a comment ]\n]',
  'return i32 /* [ */ [ /* ] */ 1 /* ] */ ]',
  'return (i32)[(1)] + (0, i32)[(0, 2)] + i32[0, 3]',
  'return (object.views[0])[(1)]',
  'return "abc"[1] + [1, 2][1] + `xy`[0]',
  'return typeof i32[0] + typeof nothing + void i32[1]',
  'return [i32?.[0], nothing?.[ix(0)], nothing?.a[ix(0)], object?.list[ix(1)], object.none?.[0].b.c]',
  'return object?.views?.[0]?.[ix(2)]',
  'return (object?.views)[0][1]',
  'return (nothing?.views)[0]',
  'return object?.["views"][0][ix(1)]',
  'return delete list[0] && !(0 in list) && delete object?.list[1]',
  'return delete i32[99]',
  'return 0 in i32 && !(99 in i32) && i in list',
  'return i32[0] ? own[1] : list[i]',
  'return `${i32[0]}-${own[1]}`',
  'return [...i32, ...object.list, ...object.views[1]].length',
  'return f(...object.views[0], i32[1])',
  'return { ...i32, ...object.list, [i32[0]]: i32[1], x: own[0] }',
  'return i32[await f(1)] + i32[yield f(2)]',
  'return (await f(i32))[await f(1)]',
  // Calls: the object is `this`, and what is not a function is named as it was written.
  'return list["m"](i32[0])',
  'return [function () { return this.length }][0]()',
  'var fs = [function (x) { return [this === fs, x] }]; return fs[0](i32[i]).concat(fs[ix(0)](1), fs?.[0]?.(2))',
  'return i32[0]()',
  'return object.list[0](1)',
  'return list[i].foo()',
  'return object.list[i].foo(f(1))',
  'return object.views[0][i].toFixed(1) + i32[i].toString(2)',
  'return new list[0](f(1))',
  'var cs = [Base]; return new cs[0](i32[0]).m(1)',
  'return new (f(Base))(i32[i])',
  'return list[0]`a${i32[1]}`',
  'var tags = [function (s, ...v) { return [this === tags, s.raw[0], v] }]; return tags[0]`a${i32[1]}b`',
  'for (var x of list[0]) f(x)',
  'var [y] = list[0]; return y',
  'return f(...list[0])',
  // Writes.
  'return [i32[0] = 3, i32[0], own[1] = 4, own[1], list[2] = 5, list[2], u8[0] = 300, u8[0]]',
  'return [it()[ix(1)] = f(9), i32[1]]',
  'return [object.views[ix(0)][ix(2)] = f(9), i32[2]]',
  'return [i32[i] = i = 3, i32[1], i]',
  'return [i32[i = 2] = i, i32[2]]',
  'return [i32[i] = (i++, i32 = own, 4), own[1]]',
  'return [i32[0] = num, i32[0], list[0] = num, list[0] === num]',
  'return [i32[key] = f(1), i32[1]]',
  'return list[key] = f(1)',
  'i32[0] = Symbol()',
  'i32[0] = 1n',
  'big[0] = 1',
  'return [big[0] = 5n, big[0]]',
  'nil[ix(0)] = f(1)',
  'nothing[key] = f(1)',
  'missing[0] = f(1)',
  'frozen[0] = f(9); return frozen',
  'frozen[5] = f(9); return frozen',
  'setter[0] = f(9); return setter[0]',
  'i32[99] = f(1); i32["x"] = 2; return [i32[99], i32["x"]]',
  'return [list[7] = 1, list.length, list["length"] = 1, list.length]',
  'list[0] = function () {}; list[1] = () => {}; return [list[0].name, list[1].name]',
  'return (i32[0]) = 4',
  'return [i32[0] = own[0] = list[0] = f(4), i32[0], own[0], list[0]]',
  'return [i32[0] = i32[1] = i32[2], i32[0]]',
  'i32[0] = await f(6); i32[ix(1)] = yield f(7); return [i32[0], i32[1]]',
  'it()[await f(1)] = await f(2); return i32[1]',
  'return i32[0] = (1, 2)',
  'return [i32[0] // a comment = \n = /* b */ 5, i32[0]]',
  // Compound assignment.
  'return [i32[0] += 2, i32[0], own[1] *= 3, own[1], list[0] -= 1, list[0], f64[0] **= 2, u8[0] -= 1, u8[0]]',
  'return [it()[ix(1)] += f(9), i32[1]]',
  'return [i32[i] += i = 3, i32[1], i]',
  'return [i32[0] += 1 ? 2 : 3, i32[0], i32[0] -= 1 - 2, i32[0]]',
  'return [i32[0] <<= 2, i32[0] >>>= 1, i32[0] ^= 0xff, i32[0] |= 1, i32[0] &= 7, i32[0] %= 4, i32[0] /= 2]',
  'return [big[1] += 5n, big[1]]',
  'big[1] += 1',
  'return [list[key] += f(1), i32[key] += f(2)]',
  'nil[ix(0)] += f(1)',
  'nothing[key] -= f(1)',
  'setter[0] += f(2); return 0',
  'frozen[0] += f(9); return frozen',
  'return [list[9] += "x", list[9]]',
  'return [i32[0] += await f(1), i32[ix(0)] += yield f(2)]',
  'i32[0] /* += */ += /* b */ (3); return i32[0]',
  // Logical assignment.
  'return [i32[9] ||= f(1), i32[9] ||= f(2), i32[9]]',
  'return [list[9] ??= f(1), list[9] ??= f(2), list[0] &&= f(3), list[99] &&= f(4), list.length]',
  'return [it()[ix(1)] &&= f(5), i32[1]]',
  'return [object.views[0][ix(9)] ||= (i32 = own, 6), object.views[0][9]]',
  'setter[0] &&= f(2)',
  'nil[ix(0)] ||= f(1)',
  'list[8] ||= function () {}; return list[8].name',
  'list[1] &&= await f(3); list[8] ??= yield f(4); return list',
  'return [i32[key] &&= f(2), list[key] ||= f(3)]',
  // Update.
  'return [i32[0]++, i32[0], ++own[1], own[1], list[0]--, --list[0], f64[0]++, ++f64[0]]',
  'return [it()[ix(1)]++, ++it()[ix(1)], i32[1]]',
  'return [object.views[0][i++]++, i, --object.views[ix(0)][ix(2)]]',
  'return [big[0]++, ++big[0], --big[0], big[0]--]',
  'return [u8[0]--, u8[0], --u8[1], u8[1], (u8[1] = 255, ++u8[1]), u8[1]]',
  'return [(i32[0])++, --(object.views[0][1]), (it())[(ix(2))]++]',
  'return [i32[99]++, list[9]++, object.list[9]--]',
  'return [list[key]++, i32[key]++, ++i32[key], i32[1]]',
  'nil[ix(0)]++',
  'f(nothing)[ix(0)]--',
  'frozen[0]++; return frozen',
  'setter[0]++; return 0',
  'return [- -i32[0], - --i32[0], + ++i32[0], i32[0]-- - --i32[0]]',
  'list[0] = num; return [list[0]++, list[0]]',
  'var x = 1\nit()[0]++\nreturn i32[0] + x',
  'var x = f\nobject.list[0]++\n;it()[1] = 2\nreturn [x === f, object.list[0], i32[1]]',
  'var x = f\n++object.list[0]\nobject.list[1] &&= 5\nobject.views[0][1]\nreturn [x === f, object.list]',
  'if (i) object.list[0]++; else object.list[1]++; do object.list[2]--; while (object.list[2] > 0); return object.list',
  'label: object.list[0] = 5; return object.list[0]',
  // Patterns and loops.
  '[i32[0], it()[ix(1)], ...list[0]] = [f(1), 2, 3, 4]; return [i32[0], i32[1], list[0]]',
  '({ a: i32[0], b: it()[ix(2)] = f(7), ...list[1] } = { a: 3, c: 4 }); return [i32[0], i32[2], list[1]]',
  '[[i32[0]] = [f(9)], { x: own[ix(1)] }] = [, { x: 5 }]; return [i32[0], own[1]]',
  '[i32[0], i32[1]] = [i32[1], i32[0]]; return [i32[0], i32[1]]',
  '[nil[ix(0)]] = [f(1)]',
  '[frozen[0]] = [f(1)]; return frozen',
  '[i32[key]] = [f(1)]',
  '[setter[0]] = [f(8)]; return 0',
  '[i32[0] = i32[1]] = []; return i32[0]',
  'for (i32[0] of [1, 2]) trace(i32[0]); for (list[ix(1)] in { p: 1, q: 2 }) trace(list[1]); return 0',
  'for (it()[ix(0)] of [f(1)]); for (const x of object.views[0]) trace(x); return 0',
  'for (let k = i32[0]; k < i32[2]; k += own[0] - 4) trace(k); return 0',
  'for (var k in i32) trace(k); for await (own[0] of [f(1)]) trace(own[0]); return own[0]',
  'const { 0: x, 1: y = 3, ...rest } = i32; return [x, y, Object.keys(rest).length]',
  'const { [ix(0)]: x, views: { 0: { 2: z } } } = object.views.length ? { 0: 9, views: object.views } : 0; return [x, z]',
  'var x, y; ({ 0: x, 9: y = f(1) } = it()); return [x, y]',
  'const g = ({ 0: x, 3: y, ...z }, { a = f(2), ...w } = object) => [x, y, Object.keys(z), Object.keys(w)]; return [g(i32), g.length]',
  'const g = ({ a, ...z }) => z; return [g(object), g("ab"), g(3)]',
  'const g = ({ a, ...z }) => z; return g(nothing)',
  'const { [ix(i)]: x, [key]: y, [(ix(2), 3)]: z = f(4), ...w } = it(); return [x, y, z, Object.keys(w)]',
  'var x, y; ({ [ix(1)]: own[ix(2)], a: { [key]: y = f(1) } = i32 } = { 1: 3 }); return [own[2], y]',
  'const { [ix(0)]: { length } } = [setter]; return length',
  'for (const { 0: x, ...y } of [i32, setter, list]) trace([x, Object.keys(y)]); try { throw i32 } catch ({ 1: x }) { return x }',
  'const x = eval("i + 1"); return [x, (0, eval)("typeof i"), globalThis.eval("1+1"), typeof eval]',
  'return [Function.prototype.call.call([].slice, i32, 1), Math.max.apply.call(Math.max, null, i32), Function.prototype.call.call(f, 1, 2)]',
  'const s = Function.prototype.call.bind([].slice); return [s(i32, 1), s("abc", 1), s.length, s.name, [].fill.bind(i32, 3)(...[1, 2]) === i32]',
  'const [x, , y = own[0]] = i32; return [x, y]',
  'const [x] = object.views; return x === i32',
  'let { length } = i32, { name = list[0] } = function () {}; return [length, name]',
  // Functions, parameters, classes.
  'function g(x = i32[0], { y = it()[ix(1)] } = {}, ...z) { return [x, y, z.length, arguments.length] } return [g(), g.length, g(1, {}, 2)]',
  'function g(x = object.views[0][1]++, y = (object.list[0] = x)) { return [x, y, this === self] } return [g.call(self), object.list[0]]',
  'const g = (x = it()[0] += 2) => x; return [g(), g(1), g.length]',
  'const g = () => it()[0]; const h = x => it()[x]++; const k = async x => object.views[0][await x]; return [g(), h(1), await k(2)]',
  'const g = (a, b,) => ({ v: object.views[a][b] }); const h = (/* => */) /* => */ => /* => */ (object.views[0][1]); return [g(0, 2), h()]',
  'function* g() { const x = it()[yield 1] = yield 2; return [x, it()[yield 3]++] } const q = g(); return [q.next(), q.next(0), q.next(8), q.next(0), i32[0]]',
  'function deep(n) { return n === 0 ? 0 : object.views[0][n] = deep(n - 1) + it()[ix(n)] } return [deep(3), i32[3]]',
  'const g = n => n === 0 ? 0 : (object.views[0][g(n - 1)] += n, n); return [g(3), i32[0], i32[1], i32[2]]',
  'class A extends Base { v = i32[0]; #p = it()[1]++; static s = object.list[0]; [list[i]] = own[0]; p() { return [this.#p, ++this.#p, this.v, this[20]] } } return [new A(1).p(), A.s]',
  'class A extends Base { constructor() { super(i32[0]); } get q() { return super.m(i32[1]) } static { A.t = object.views[0][2]; } } return [new A().q, A.t]',
  'class A extends Int32Array { constructor(x) { super(x); } } return [new A(i32).length, new A(3).length, new A([i32[1]])[0]]',
  'class A { x = () => this.y[0]; y = i32; static async *g() { yield i32[yield 1] } } return [new A().x(), (await A.g().next()).value]',
  'return [new Int32Array(i32).length, new Float64Array(object.views[1]).length, new (f(Uint8Array))(i32)[0], new object.views[0].constructor(i32)[1]]',
  'return new Set(i32).size + new Map([[i32[0], 1]]).size',
  'return function () { return [this === self, arguments[0], arguments[i]] }.call(self, 4, 5)',
  'arguments[0] = 3; return arguments.length',
  'const g = function () { "use strict"; return it()[0] + (this === undefined) }; return g()',
  'const g = function () { "use strict"\nreturn object.views[0][1] }; return g()',
  'return (() => { try { return nil[0] } catch ({ message: { length: n = i32[0] } }) { return n > 0 } finally { i32[1]++ } })()',
  'switch (i32[0]) { case list[0] - 5: return "five"; default: return object.list[i32[0]] }',
  'return [(0, list.m)(1)[0], (list.m)(1), (list["m"])(i32[0])]',
  'return this[0] === undefined && (this[1] = 4) + this[1]++ + this[1]',
  'with (object) { list[0] = 9; return list[0] + list[1]++ }',
  // Methods that are borrowed from arrays.
  'return [Array.prototype.slice.call(i32, 1, 3), [].map.call(own, (x) => x * 2), Array.prototype.indexOf.call(i32, 7)]',
  'const { slice, forEach } = Array.prototype; forEach.call(i32, (x, k, all) => k < 2 && trace([x, k])); return slice.apply(i32, [2, 4])',
  'return [Array.prototype.fill.call(i32, 3, 1, 2) === i32, [].reverse.call(i32) === i32, [].join.call(i32), [].includes.apply(i32, own)]',
  'return [].push.call(i32, 1)',
  'return [Math.max.apply(null, i32), String.fromCharCode.apply(String, own), Reflect.apply(Math.max, null, i32)]',
  'return [f.call(self, i32)[0], f.apply(self, [own])[1], f.call?.(self, 3), (i ? f : it).call(self, 1)]',
  'return nothing.call(i32)',
  'return object.slice.call(i32)',
  'return Array.prototype.slice.call(nothing)',
  // eval and what else is odd.
  'var x = 4; return eval("x + i32[0]") + eval(5)',
  'return (function () { return eval("this === self && arguments.length") }).call(self, 1, 2)',
  'return (function () { return [new.target === undefined, i32[0]] })()',
  'a: { i32[0] = 1; break a } return i32[0]',
  'return (i32[0], own[0]), i32[1]',
  'return i32[0] in list || !(i32[1] instanceof Object)',
  'throw list[i32[0] - 4]',
  'const o = { [i32[0]]: 1, get [it()[1]]() { return own[0] }, f() { return this[5] }, i }; return [o, o[6], o.f(), o[it()[0]]]',
  'return async () => i32[0] + (await it())[1]',
  'return await (async () => object.views[0][await f(1)] += await f(2))()',
  'var { length = i32[0] } = [], g = function () { return g.name + this?.[0] }; return [length, g.call([7])]',
];
