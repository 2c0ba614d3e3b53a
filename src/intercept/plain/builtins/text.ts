import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf, sharedView } from '../telling/views.ts';
import { replaceMethod } from './replace.ts';

/** TextDecoder reads what it decodes; TextEncoder writes as many bytes as the text takes. */
export function patchText(teller: Teller): void {
  replaceMethod(
    TextDecoder.prototype,
    'decode',
    (original) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          teller.readWithin(args.slice(0, 1), NO_SITE);
          return original.apply(this, args);
        },
      }).method,
  );
  replaceMethod(
    TextEncoder.prototype,
    'encodeInto',
    (original) =>
      ({
        method(this: unknown, text: unknown, target: unknown): unknown {
          const view = sharedView(target);
          if (view === undefined) return original.call(this, text, target);
          const elsewhere = new Uint8Array(lengthOf(view));
          const { written } = original.call(this, text, elsewhere) as { written: number };
          teller.write(view, 0, written, NO_SITE);
          return original.call(this, text, target);
        },
      }).method,
  );
}
