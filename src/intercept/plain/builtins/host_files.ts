import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { sharedBytes, type View } from '../telling/views.ts';
import { type Method, replaceMethod } from './replace.ts';

/** What files are read into and written from, by the calls that wait for it. */
export function patchFiles(teller: Teller, fs: object): void {
  const patch = (name: string, call: (original: Method, args: unknown[]) => unknown): void =>
    replaceMethod(
      fs,
      name,
      (original) =>
        ({
          method(this: unknown, ...args: unknown[]): unknown {
            return call(original, args);
          },
        }).method,
    );
  for (const name of ['writeFileSync', 'appendFileSync', 'writevSync']) {
    patch(name, (original, args) => {
      teller.readWithin(args.slice(1, 2), NO_SITE);
      return original(...args);
    });
  }
  patch('writeSync', (original, args) => {
    const bytes = sharedBytes(args[1]);
    if (bytes !== undefined) {
      const [offset, count] = partOf(args, bytes.length);
      if (offset >= 0 && offset + count <= bytes.length) teller.read(bytes, offset, count, NO_SITE);
    }
    return original(...args);
  });
  patch('readSync', (original, args) => {
    const bytes = sharedBytes(args[1]);
    if (bytes === undefined) return original(...args);
    const elsewhere = Buffer.alloc(bytes.length);
    const count = original(args[0], elsewhere, ...args.slice(2)) as number;
    put(teller, bytes, partOf(args, bytes.length)[0], elsewhere, count);
    return count;
  });
  patch('readvSync', (original, args) => {
    const views = args[1] as readonly unknown[];
    if (!Array.isArray(views) || views.every((view) => sharedBytes(view) === undefined))
      return original(...args);
    const elsewhere = views.map((view: ArrayBufferView) => Buffer.alloc(view.byteLength));
    const count = original(args[0], elsewhere, ...args.slice(2)) as number;
    let left = count;
    views.forEach((view: ArrayBufferView, i) => {
      const bytes = sharedBytes(view);
      const here = Math.min(left, view.byteLength);
      left -= here;
      if (bytes !== undefined) put(teller, bytes, 0, elsewhere[i], here);
      else set.call(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), elsewhere[i]);
    });
    return count;
  });
}

/** As it was. */
const { set } = Uint8Array.prototype;

/** What was read from a file comes into memory when it is known how much it is. */
function put(teller: Teller, target: View, offset: number, from: Buffer, count: number): void {
  teller.write(target, offset, count, NO_SITE);
  const { buffer, start } = target;
  const bytes = new Uint8Array(from.buffer, from.byteOffset + offset, count);
  set.call(new Uint8Array(buffer, start + offset, count), bytes);
}

/** Offset and count of `(fd, buffer, offset, length)` or `(fd, buffer, { offset, length })`. */
function partOf(args: readonly unknown[], bytes: number): [number, number] {
  const options = Object(args[2]) as { offset?: unknown; length?: unknown };
  const given = typeof args[2] === 'object' ? options : { offset: args[2], length: args[3] };
  const offset = Number(given.offset ?? 0);
  return [offset, Number(given.length ?? bytes - offset)];
}
