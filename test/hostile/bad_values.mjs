// What a caller may pass by mistake or by malice, by what it looks like in a test's name.

/** No numbers, though some of them look like the one that would be right. */
export const notNumbers = (right = 4096) => [
  ['a string', String(right)],
  ['a hexadecimal string', `0x${right.toString(16)}`],
  ['a BigInt', BigInt(right)],
  ['a boxed number', new Number(right)],
  ['an array of the number', [right]],
  ['an object that says it is the number', { valueOf: () => right, toString: () => String(right) }],
  ['an object that throws when asked', throwing()],
  ['an object without a prototype', Object.create(null)],
  ['null', null],
  ['undefined', undefined],
  ['true', true],
  ['a symbol', Symbol('bad')],
  ['a function', () => right],
];

/** Numbers that are no address, size, count or CPU. */
export const badNumbers = [
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['minus infinity', Number.NEGATIVE_INFINITY],
  ['-1', -1],
  ['-4096', -4096],
  ['a half', 0.5],
  ['a fraction of a page', 4096.5],
  ['2^43', 2 ** 43],
  ['2^53', 2 ** 53],
  ['1e300', 1e300],
  ['the smallest double', Number.MIN_VALUE],
];

export const notObjects = [
  ['null', null],
  ['undefined', undefined],
  ['a number', 5],
  ['a string', 'small'],
  ['a symbol', Symbol('bad')],
  ['a function', () => ({})],
];

export const notStrings = [
  ['null', null],
  ['a number', 5],
  ['a symbol', Symbol('bad')],
  ['an object that throws when asked', throwing()],
  ['an array', ['buddy']],
];

export const notFunctions = [
  ['null', null],
  ['a number', 5],
  ['an object', {}],
  ['a string', 'f'],
];

/** Anything at all, for calls that take one kind of object. */
export const anything = [
  ...notNumbers(),
  ['a number', 7],
  ['an empty object', {}],
  ['a Proxy', new Proxy({}, {})],
];

export function throwing() {
  const refuse = () => {
    throw new Error('this object refuses to be converted');
  };
  return { valueOf: refuse, toString: refuse, [Symbol.toPrimitive]: refuse };
}
