import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { borrowedReceiver, unwrapped } from './borrowed.ts';
import { indexOf, propertyKey } from './keys.ts';
import { CALL } from './names.ts';
import type { Teller } from './teller.ts';
import { viewOf } from './views.ts';

type Value = number | bigint;
type Elements = Record<PropertyKey, Value>;

const { isView } = ArrayBuffer;
const TypedArray = Object.getPrototypeOf(Int8Array) as { prototype: object };

/** Makes the functions that instrumented code calls global. */
export function installRuntime(host: InterceptHost, teller: Teller): void {
  const runtime = { ...elements(teller), ...lists(teller), [CALL.EVAL]: evaluates(host) };
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
  function read(object: object, key: unknown, site: number): unknown {
    return isView(object) ? readElement(object, key, site) : key;
  }
  function readElement(object: object, key: unknown, site: number): unknown {
    const view = teller.seen(object, site);
    if (view.buffer === undefined) return key;
    const name = propertyKey(key);
    const index = indexOf(view, name);
    if (index >= 0) teller.read(view, index, 1, site);
    return name;
  }
  function write(object: object, key: unknown, site: number, value: unknown): unknown {
    if (isView(object)) writeElement(object, key, site);
    return value;
  }
  function writeElement(object: object, key: unknown, site: number): void {
    const view = teller.seen(object, site);
    if (view.buffer === undefined) return;
    const index = indexOf(view, key);
    if (index >= 0) teller.write(view, index, 1, site);
  }
  function isShared(object: object, key: unknown): boolean {
    if (!isView(object)) return false;
    const view = viewOf(object);
    return view.buffer !== undefined && indexOf(view, key) >= 0;
  }
  function update(object: Elements, key: PropertyKey, site: number, step: number, before: boolean): Value {
    const view = teller.seen(object, site);
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

function lists(teller: Teller): Record<string, unknown> {
  const isConstructor = (value: unknown): boolean =>
    typeof value === 'function' &&
    (value === TypedArray || Object.prototype.isPrototypeOf.call(TypedArray, value));
  return {
    [CALL.CONSTRUCTED](argument: unknown, maker: unknown, site: number): unknown {
      if (isView(argument) && isConstructor(maker)) teller.readAll(argument, site);
      return argument;
    },
    [CALL.RECEIVER]: (receiver: unknown, method: unknown, site: number): unknown =>
      isView(receiver) ? borrowedReceiver(teller, receiver, method, site) : receiver,
    [CALL.RESULT]: unwrapped,
    [CALL.LIST](list: unknown, site: number): unknown {
      teller.readAll(list, site);
      return list;
    },
    [CALL.PATTERN](value: unknown, site: number, ...keys: number[]): unknown {
      if (!isView(value)) return value;
      const view = viewOf(value);
      for (const key of keys) {
        if (key < 0) teller.readAll(value, site);
        else if (indexOf(view, key) >= 0) teller.read(view, key, 1, site);
      }
      return value;
    },
  };
}

/** Direct `eval` runs code in the midst of another function: what it does there is not seen. */
function evaluates({ outside }: InterceptHost): (source: unknown) => unknown {
  return (source) => {
    if (typeof source === 'string') {
      outside.met({
        what: 'ran code by eval()',
        why: 'plain accesses in it are not seen',
        plain: true,
      });
    }
    return source;
  };
}
