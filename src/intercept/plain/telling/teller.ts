import type { InterceptHost } from '../../../control/thread/interceptor.ts';
import { lengthOf, sharedBytes, sharedView, type View } from './views.ts';

/** Tells whole elements, and ranges of them. */
export class Teller {
  private readonly host: InterceptHost;
  private readonly control: ArrayBufferLike;
  /** For each site the views that it saw last, shared or not: a loop works on one or two of them most of the time. */
  private readonly shared: (View | undefined)[] = [];
  private readonly sharedBefore: (View | undefined)[] = [];
  readonly ordinary: unknown[] = [];
  private readonly ordinaryBefore: unknown[] = [];

  constructor(host: InterceptHost) {
    this.host = host;
    this.control = host.engine.words.buffer;
  }

  /** Sites up to this number may be used. */
  reserve(sites: number): void {
    while (this.shared.length < sites) {
      this.shared.push(undefined);
      this.sharedBefore.push(undefined);
      this.ordinary.push(undefined);
      this.ordinaryBefore.push(undefined);
    }
  }

  /** The view of an access; undefined where it is not shared. */
  seen(array: object, site: number): View | undefined {
    const last = this.shared[site];
    if (last !== undefined && last.view === array) return last;
    if (this.ordinaryBefore[site] === array) return undefined;
    const before = this.sharedBefore[site];
    if (before !== undefined && before.view === array) return before;
    const view = sharedView(array);
    if (view === undefined) {
      this.ordinaryBefore[site] = this.ordinary[site];
      this.ordinary[site] = array;
    } else {
      this.sharedBefore[site] = last;
      this.shared[site] = view;
    }
    return view;
  }

  /** @param first the number of the first element; @param count of elements, of which there are so many */
  read(view: View, first: number, count: number, site: number): void {
    const { buffer, start, size } = view;
    if (buffer === this.control || count <= 0) return;
    this.host.plain.read(buffer, start + first * size, count * size, site);
  }

  write(view: View, first: number, count: number, site: number): void {
    const { buffer, start, size } = view;
    if (buffer === this.control || count <= 0) return;
    this.host.plain.write(buffer, start + first * size, count * size, site);
  }

  /** All of a view is about to be read, if it is one. */
  readAll(value: unknown, site: number): void {
    const view = sharedView(value);
    if (view !== undefined) this.read(view, 0, lengthOf(view), site);
  }

  /** All the bytes that arguments hold are about to be read: themselves, in lists, or as options. */
  readWithin(values: readonly unknown[], site: number): void {
    for (const value of values) {
      if (typeof value !== 'object' || value === null) continue;
      const bytes = sharedBytes(value);
      if (bytes !== undefined) this.read(bytes, 0, bytes.length, site);
      else if (Array.isArray(value)) this.readWithin(value as unknown[], site);
      else if (Object.getPrototypeOf(value) === Object.prototype) this.readWithin(ownValues(value), site);
    }
  }
}

/** Of plain properties only: a getter is the user's code. */
function ownValues(object: object): unknown[] {
  return getOwnKeys(object).flatMap((key) => {
    const value: unknown = getOwnProperty(object, key)?.value;
    return ArrayBuffer.isView(value) || Array.isArray(value) ? [value] : [];
  });
}

/** As they were. */
const { ownKeys: getOwnKeys, getOwnPropertyDescriptor: getOwnProperty } = Reflect;
