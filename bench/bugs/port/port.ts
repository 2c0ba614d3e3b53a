import type { Named, Scenario } from '../../../src/explore/scenario/scenario.ts';
import { Creation } from '../sync/creation.ts';
import { Memory } from '../sync/memory.ts';

/** Words that a program may have. */
const WORDS = 256;

/** What a program is told, and where it gets its memory. */
export interface PortContext {
  readonly memory: Memory;
  /** It is to be the program without its bug. */
  readonly fixed: boolean;
  /** A number from the query of the module's address, as in `reorder.js?setters=4`. */
  number(name: string, otherwise: number): number;
}

/** A program as its parts: thread 0 is its main thread. */
export interface PortParts {
  /** What the main thread does. It must create all others. Default: creates them, in the order of `threads`. */
  main?(create: () => void): void;
  /** The threads that the main thread creates: a function each. */
  readonly threads: readonly (() => void)[];
  /** What the main thread looks at when it has waited for all others. Throws where something is wrong. */
  check?(): void;
}

/** What the threads of a port share. */
export interface PortShared {
  readonly words: Int32Array;
  readonly created: Int32Array;
}

/**
 * A program of the bench as a scenario for the explorer, made of a function that is called in every thread.
 *
 * The main thread creates the others one after the other, as the originals do; that it waits for their end is left out where
 * it does nothing after that, and what it then looks at is the scenario's `check`.
 *
 * @param url of its module: a query `fixed` asks for the program without its bug
 */
export function portOf(
  url: string,
  build: (context: PortContext) => PortParts,
): Scenario<PortShared, PortParts> {
  const query = new URL(url).searchParams;
  const partsOn = (memory: Memory): PortParts =>
    build({
      memory,
      fixed: query.has('fixed'),
      number: (name, otherwise) => Number(query.get(name) ?? otherwise),
    });
  const threads = partsOn(new Memory(new Int32Array(WORDS), true)).threads.length + 1;
  const scenario: Scenario<PortShared, PortParts> = {
    threads,
    setup(options) {
      if (options.threads !== threads) throw new RangeError(`the program has ${threads} threads`);
      const words = new Int32Array(new SharedArrayBuffer(WORDS * 4));
      partsOn(new Memory(words, true));
      return { words, created: new Int32Array(new SharedArrayBuffer(threads * 4)) };
    },
    attach: ({ words }) => partsOn(new Memory(words, false)),
    thread({ created }, index, parts) {
      const creation = new Creation(created, 0);
      if (index > 0) {
        creation.await(index);
        parts.threads[index - 1]();
        return;
      }
      const create = (): void => {
        for (let thread = 1; thread < threads; thread++) creation.create(thread);
      };
      if (parts.main === undefined) create();
      else parts.main(create);
    },
    names({ words }) {
      const memory = new Memory(words, false);
      partsOn(memory);
      return Object.fromEntries(
        [...memory.places].map(([name, { index, count }]): [string, Named] => [name, [words, index, count]]),
      );
    },
  };
  // A scenario without a check is told so: it is given one only where the program has it.
  const { check } = partsOn(new Memory(new Int32Array(WORDS), true));
  return check === undefined ? scenario : { ...scenario, check: (_, parts) => parts.check?.() };
}

/** What the programs' assertions do. */
export function assert(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
