import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { NO_SITE } from '../../control/thread/plain_accesses.ts';
import { borrowedReceiver, unwrapped } from './builtins/borrowed.ts';
import { CALL } from './rewrite/names.ts';
import { indexOf, propertyKey } from './telling/keys.ts';
import type { Teller } from './telling/teller.ts';
import { sharedView, type View } from './telling/views.ts';

type Value = number | bigint;
type Elements = Record<PropertyKey, Value>;

const { isView } = ArrayBuffer;
const TypedArray = Object.getPrototypeOf(Int8Array) as { prototype: object };

/** Makes the functions that instrumented code calls global. */
export function installRuntime(host: InterceptHost, teller: Teller): void {
  const runtime = {
    ...elements(teller),
    ...lists(teller),
    ...patterns(teller),
    [CALL.EVAL]: evaluates(host),
  };
  for (const [name, value] of Object.entries(runtime)) {
    // Constant, so that calls of them are inlined.
    Object.defineProperty(globalThis, name, {
      value,
      writable: false,
      configurable: false,
      enumerable: false,
    });
  }
}

function elements(teller: Teller): Record<string, unknown> {
  const { ordinary } = teller;
  function read(object: object, key: unknown, site: number): unknown {
    return isView(object) && ordinary[site] !== object ? readElement(object, key, site) : key;
  }
  function readElement(object: object, key: unknown, site: number): unknown {
    const view = teller.seen(object, site);
    if (view === undefined) return key;
    const name = propertyKey(key);
    const index = indexOf(view, name);
    if (index >= 0) teller.read(view, index, 1, site);
    return name;
  }
  function write(object: object, key: unknown, site: number, value: unknown): unknown {
    if (isView(object) && ordinary[site] !== object) writeElement(object, key, site);
    return value;
  }
  function writeElement(object: object, key: unknown, site: number): void {
    const view = teller.seen(object, site);
    if (view === undefined) return;
    const index = indexOf(view, key);
    if (index >= 0) teller.write(view, index, 1, site);
  }
  function isShared(object: object, key: unknown): boolean {
    if (!isView(object)) return false;
    const view = sharedView(object);
    return view !== undefined && indexOf(view, key) >= 0;
  }
  function update(object: Elements, key: PropertyKey, site: number, step: number, before: boolean): Value {
    const view = teller.seen(object, site) as View;
    const index = indexOf(view, key);
    teller.read(view, index, 1, site);
    const old = object[index];
    const value = typeof old === 'bigint' ? old + BigInt(step) : old + step;
    teller.write(view, index, 1, site);
    object[index] = value;
    return before ? old : value;
  }
  function both(object: object, key: unknown, site: number): unknown {
    const name = read(object, key, site);
    write(object, name, site, undefined);
    return name;
  }
  return {
    [CALL.READ]: read,
    [CALL.WRITE]: write,
    [CALL.SHARED]: isShared,
    [CALL.UPDATE]: update,
    [CALL.BOTH]: both,
    [CALL.TARGET]: (object: Elements, key: PropertyKey, site: number) => ({
      set v(value: Value) {
        write(object, key, site, value);
        sloppily(object, key, value);
      },
    }),
    [CALL.STRICT_TARGET]: (object: Elements, key: PropertyKey, site: number) => ({
      set v(value: Value) {
        write(object, key, site, value);
        object[key] = value;
      },
    }),
  };
}

/** `object[key] = value` of sloppy code, which says nothing where it fails. Modules are strict. */
const sloppily = new Function('object', 'key', 'value', 'object[key] = value') as (
  object: object,
  key: PropertyKey,
  value: unknown,
) => void;

const { apply } = Function.prototype;
const isInChain = Object.prototype.isPrototypeOf;
/** Classes of typed arrays that have no constructor of their own. */
const derived = new WeakSet<object>();

/** True for a constructor that copies the view that it is given: one that has its own calls `super`, which tells. */
function copies(maker: object): boolean {
  let type = maker;
  while (derived.has(type)) type = Object.getPrototypeOf(type) as object;
  return Object.getPrototypeOf(type) === TypedArray;
}

function lists(teller: Teller): Record<string, unknown> {
  return {
    [CALL.CONSTRUCTED](argument: unknown, maker: unknown, site: number): unknown {
      if (typeof maker === 'function' && copies(maker)) teller.readAll(argument, site);
      return argument;
    },
    [CALL.SUPER](argument: unknown, target: object, site: number): unknown {
      if (isInChain.call(TypedArray, target)) teller.readAll(argument, site);
      return argument;
    },
    [CALL.DERIVED](made: object): void {
      if (isInChain.call(TypedArray, made)) derived.add(made);
    },
    [CALL.RECEIVER]: (receiver: unknown, method: unknown, site: number): unknown =>
      isView(receiver) ? borrowedReceiver(teller, receiver, method, site) : receiver,
    [CALL.RESULT]: unwrapped,
    [CALL.LIST](list: unknown, method: unknown, site: number): unknown {
      if (typeof method === 'function' && method.apply === apply) teller.readAll(list, site);
      return list;
    },
    [CALL.SPREAD](value: unknown, site: number): unknown {
      teller.readAll(value, site);
      return value;
    },
  };
}

/** What object patterns read, told by their value or, where that is nowhere in the text, by the typed array itself. */
function patterns(teller: Teller): Record<string, unknown> {
  const ASKED = Symbol('read by a pattern');
  let site = NO_SITE;
  let keys: readonly unknown[] = [];
  /** Keys that were computed, until their properties are read. */
  const kept: unknown[] = [];
  function tell(value: unknown, at: number, wanted: readonly unknown[]): void {
    const view = sharedView(value);
    if (view === undefined) return;
    for (const key of wanted) {
      const index = indexOf(view, key);
      if (key === -1) teller.readAll(value, at);
      else if (index >= 0) teller.read(view, index, 1, at);
    }
  }
  Object.defineProperty(TypedArray.prototype, ASKED, {
    configurable: true,
    get(this: unknown): undefined {
      tell(this, site, keys);
    },
  });
  return {
    [CALL.PATTERN](value: unknown, at: number, ...wanted: number[]): unknown {
      tell(value, at, wanted);
      return value;
    },
    [CALL.KEYS](at: number, ...wanted: number[]): symbol {
      site = at;
      keys = wanted;
      return ASKED;
    },
    [CALL.KEY](at: number, key: unknown): symbol {
      const name = propertyKey(key);
      kept.push(name);
      site = at;
      // A key that was computed is never all.
      keys = name === -1 ? [] : [name];
      return ASKED;
    },
    [CALL.KEPT]: (): unknown => kept.pop(),
  };
}

/** Code that moves nothing: `(0, eval)('this')`. */
const NAME = /^\s*[\w$]*\s*$/;

/** What `eval` runs, be it in the midst of another function, is not seen. */
function evaluates({ outside }: InterceptHost): (source: unknown) => unknown {
  return (source) => {
    if (typeof source === 'string' && !NAME.test(source)) {
      outside.met({
        what: 'ran code by eval()',
        why: 'plain accesses in it are not seen',
      });
    }
    return source;
  };
}
