import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf } from '../telling/views.ts';
import { integerArgument } from './ranges.ts';
import { tellBefore } from './replace.ts';

/** The get and set methods of DataView. */
export function patchDataViews(teller: Teller): void {
  const prototype = DataView.prototype as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const match = /^(get|set)\D+(\d+)$/.exec(name);
    if (match === null) continue;
    const bytes = Number(match[2]) / 8;
    const reads = match[1] === 'get';
    tellBefore(prototype, name, (view, args) => {
      const at = integerArgument(args, 0) ?? 0;
      if (at < 0 || at + bytes > lengthOf(view)) return;
      if (reads) teller.read(view, at, bytes, NO_SITE);
      else teller.write(view, at, bytes, NO_SITE);
    });
  }
}
