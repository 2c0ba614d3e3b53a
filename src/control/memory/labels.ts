import { labelOf } from '../words/operation.ts';
import { isOwnBuffer } from '../words/place.ts';
import type { Step } from '../words/trace.ts';
import type { NamedView } from './reach.ts';

/** Words that the scenario gives a name of its own. Offsets are bytes of the buffer; `end` excluded. */
export interface NamedWords {
  readonly name: string;
  /** The number of a buffer of the shared value. */
  readonly buffer: number;
  readonly start: number;
  readonly end: number;
  /** 0 where they are bytes. */
  readonly elementBytes: number;
  /** The name means one place, and is said without an index. */
  readonly isOne: boolean;
}

/**
 * Names the places of the memory under test: by the scenario's own names, else after the paths by which `setup` returned
 * them.
 */
export class Labels {
  private readonly buffers: readonly SharedArrayBuffer[];
  private readonly views: readonly NamedView[];
  private readonly names: readonly NamedWords[];

  constructor(
    buffers: readonly SharedArrayBuffer[],
    views: readonly NamedView[],
    names: readonly NamedWords[] = [],
  ) {
    this.buffers = buffers;
    this.views = views;
    this.names = names;
  }

  /** `words[3]`, or `ram+0x40`; a buffer that no path leads to is a thread's own. */
  place(buffer: number, offset: number): string {
    const shared = this.buffers[buffer];
    if (shared === undefined) return isOwnBuffer(buffer) ? `a thread's own buffer+${offset}` : '';
    const named = this.narrowest(buffer, offset);
    if (named !== undefined) return inside(named.name, offset - named.start, named);
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
    return best.elementBytes === 0
      ? `${path}+0x${offset.toString(16)}`
      : inside(path, offset - best.start, best);
  }

  private narrowest(buffer: number, offset: number): NamedWords | undefined {
    let best: NamedWords | undefined;
    for (const named of this.names) {
      if (named.buffer !== buffer || offset < named.start || offset >= named.end) continue;
      if (best === undefined || named.end - named.start < best.end - best.start) best = named;
    }
    return best;
  }

  /** A step as one would write it: `compareExchange(lock[0], 0, 1) = 0`. */
  step(step: Step): string {
    return labelOf(step.kind, step, this.place(step.buffer, step.offset));
  }
}

/** A place so many bytes into what has a name. */
function inside(
  name: string,
  bytes: number,
  { elementBytes, isOne = false }: { readonly elementBytes: number; readonly isOne?: boolean },
): string {
  if (isOne && bytes === 0) return name;
  const index = bytes / elementBytes;
  return !isOne && Number.isInteger(index) ? `${name}[${index}]` : `${name}+0x${bytes.toString(16)}`;
}
