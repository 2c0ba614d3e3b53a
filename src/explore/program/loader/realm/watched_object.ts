/** The own properties of an object as they once were, cheap to compare, and put back where they differ. */

// A program may replace these as well.
const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf } =
  Reflect;
const { is } = Object;

const ACCESSOR = Symbol('accessor');

export class WatchedObject {
  private readonly object: object;
  private readonly prototype: object | null;
  private readonly descriptors = new Map<PropertyKey, PropertyDescriptor>();
  private readonly ignored: ReadonlySet<PropertyKey>;
  /** In the order in which the object had them when it was last as it should be. */
  private keys: readonly PropertyKey[] = [];
  /** Of each key: the value of a property that was data, else ACCESSOR. */
  private values: readonly unknown[] = [];

  /** @param ignored names that are not looked at */
  constructor(object: object, ignored: ReadonlySet<PropertyKey>) {
    this.object = object;
    this.ignored = ignored;
    this.prototype = getPrototypeOf(object);
    for (const key of ownKeys(object)) {
      if (!ignored.has(key)) this.descriptors.set(key, getOwnPropertyDescriptor(object, key)!);
    }
    this.takeOrder();
  }

  /** @returns true if something had been changed */
  putBack(): boolean {
    if (this.isAsItWas()) return false;
    if (getPrototypeOf(this.object) !== this.prototype) setPrototypeOf(this.object, this.prototype);
    for (const key of ownKeys(this.object)) {
      if (!this.descriptors.has(key) && !this.ignored.has(key)) deleteProperty(this.object, key);
    }
    for (const [key, was] of this.descriptors) {
      const now = getOwnPropertyDescriptor(this.object, key);
      if (now === undefined || !isSame(now, was)) defineProperty(this.object, key, was);
    }
    // What was deleted comes last now.
    this.takeOrder();
    return true;
  }

  private takeOrder(): void {
    this.keys = ownKeys(this.object);
    this.values = this.keys.map((key) => {
      const was = this.descriptors.get(key);
      return was !== undefined && 'value' in was ? was.value : ACCESSOR;
    });
  }

  private isAsItWas(): boolean {
    const { object, keys, values } = this;
    if (getPrototypeOf(object) !== this.prototype) return false;
    const now = ownKeys(object);
    if (now.length !== keys.length) return false;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (now[i] !== key) return false;
      const value = values[i];
      // Reading it is much cheaper than its descriptor.
      if (value !== ACCESSOR ? !is(read(object, key), value) : !this.isSameAccessor(key)) return false;
    }
    return true;
  }

  private isSameAccessor(key: PropertyKey): boolean {
    const was = this.descriptors.get(key);
    return was === undefined || isSame(getOwnPropertyDescriptor(this.object, key)!, was);
  }
}

function read(object: object, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[key];
  } catch {
    // A getter that a program has put there.
    return undefined;
  }
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  return is(a.value, b.value) && a.get === b.get && a.set === b.set;
}
