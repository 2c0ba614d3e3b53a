import { KIND, labelOf, type StepAbout } from '../words/operation.ts';
import { isOwnBuffer, madeBy, portOf } from '../words/place.ts';
import type { Step } from '../words/trace.ts';
import { type PortFact, portName, targetName } from './port_names.ts';
import type { NamedView } from './reach.ts';

/** Shared memory is made for 32-bit words where nothing is known of it. */
const WORD_BYTES = 4;

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

/** What a schedule made for itself. */
export interface MadeInSchedule {
  readonly ports: readonly PortFact[];
  /** The size of all accesses to a buffer of that number, in bytes, where it is the same. */
  readonly elementBytes: ReadonlyMap<number, number>;
}

const NOTHING_MADE: MadeInSchedule = { ports: [], elementBytes: new Map() };

/**
 * Names the places of the memory under test: by the scenario's own names, else after the paths by which `setup` returned
 * them; shared memory and ports that a schedule made after the thread that made them, or has them.
 */
export class Labels {
  private readonly buffers: readonly SharedArrayBuffer[];
  private readonly views: readonly NamedView[];
  private readonly names: readonly NamedWords[];
  private readonly made: MadeInSchedule;

  constructor(
    buffers: readonly SharedArrayBuffer[],
    views: readonly NamedView[],
    names: readonly NamedWords[] = [],
    made: MadeInSchedule = NOTHING_MADE,
  ) {
    this.buffers = buffers;
    this.views = views;
    this.names = names;
    this.made = made;
  }

  /** `words[3]`, or `ram+0x40`; `thread 0's buffer 1 [3]`; `port 3 of thread 0`; '' for what is no place. */
  place(buffer: number, offset: number): string {
    const shared = this.buffers[buffer];
    if (shared === undefined) return this.madePlace(buffer, offset);
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

  private madePlace(buffer: number, offset: number): string {
    const port = portOf(buffer);
    if (port >= 0) return portName(this.made.ports, port);
    if (!isOwnBuffer(buffer)) return '';
    const { thread, index } = madeBy(buffer);
    const bytes = this.made.elementBytes.get(buffer) ?? WORD_BYTES;
    const at = bytes > 1 && offset % bytes === 0 ? `[${offset / bytes}]` : `+0x${offset.toString(16)}`;
    return `thread ${thread}'s buffer ${index} ${at}`;
  }

  private narrowest(buffer: number, offset: number): NamedWords | undefined {
    let best: NamedWords | undefined;
    for (const named of this.names) {
      if (named.buffer !== buffer || offset < named.start || offset >= named.end) continue;
      if (best === undefined || named.end - named.start < best.end - best.start) best = named;
    }
    return best;
  }

  /** A step as one would write it: `compareExchange(lock[0], 0, 1) = 0`. @param about what is known of a message */
  step(step: Step, about?: StepAbout): string {
    const port = portOf(step.buffer);
    const target = port < 0 ? undefined : targetName(this.made.ports, port);
    // A fault tells where its victim was about to act.
    const buffer = step.kind === KIND.FAULT ? step.high : step.buffer;
    return labelOf(step.kind, { ...step, ...about, target }, this.place(buffer, step.offset));
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
