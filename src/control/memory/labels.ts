import { labelOf } from '../words/operation.ts';
import { isOwnBuffer } from '../words/place.ts';
import type { Step } from '../words/trace.ts';
import type { NamedView } from './reach.ts';

/** Names the places of the memory under test after the paths by which `setup` returned them. */
export class Labels {
  private readonly buffers: readonly SharedArrayBuffer[];
  private readonly views: readonly NamedView[];

  constructor(buffers: readonly SharedArrayBuffer[], views: readonly NamedView[]) {
    this.buffers = buffers;
    this.views = views;
  }

  /** `words[3]`, or `ram+0x40`; a buffer that no path leads to is a thread's own. */
  place(buffer: number, offset: number): string {
    const shared = this.buffers[buffer];
    if (shared === undefined) return isOwnBuffer(buffer) ? `a thread's own buffer+${offset}` : '';
    let best: NamedView | undefined;
    for (const view of this.views) {
      if (view.buffer !== shared || offset < view.start || offset >= view.end) continue;
      // The narrowest typed array says most.
      const better =
        best === undefined ||
        (best.elementBytes === 0 && view.elementBytes !== 0) ||
        (view.elementBytes !== 0 && view.end - view.start < best.end - best.start);
      if (better) best = view;
    }
    if (best === undefined) return `buffer${buffer}+0x${offset.toString(16)}`;
    const path = best.path === '' ? 'shared' : best.path;
    if (best.elementBytes === 0) return `${path}+0x${offset.toString(16)}`;
    const index = (offset - best.start) / best.elementBytes;
    return Number.isInteger(index) ? `${path}[${index}]` : `${path}+0x${(offset - best.start).toString(16)}`;
  }

  /** A step as one would write it: `compareExchange(lock[0], 0, 1) = 0`. */
  step(step: Step): string {
    return labelOf(step.kind, step, this.place(step.buffer, step.offset));
  }
}
