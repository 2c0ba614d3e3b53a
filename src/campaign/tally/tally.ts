import { canonical } from '../../platform/canonical_json.ts';
import type { FindLine, Line, SliceLine } from '../ledger/lines.ts';

/**
 * What lines of ledgers say together. It does not matter in which order, or how often, a line is added: a slice counts once, by
 * its id.
 */
export class Tally {
  private readonly ends = new Map<string, SliceLine>();
  private readonly stops = new Map<string, SliceLine>();
  private readonly finds = new Map<string, FindLine>();
  private readonly differing = new Set<string>();
  private readonly begun = new Set<string>();

  add(line: Line): void {
    if (line.t === 'begin') this.begun.add(line.slice);
    else if (line.t === 'find') keepFirst(this.finds, line.key, line);
    else this.addEnd(line);
  }

  /** How a slice ended; undefined if it must be done, or done again. */
  endOf(slice: string): SliceLine | undefined {
    return this.ends.get(slice);
  }

  /** Slices that were stopped and not done since: they do not count, what they found does. */
  get stopped(): readonly SliceLine[] {
    return [...this.stops.values()].filter(({ slice }) => !this.ends.has(slice));
  }

  /** Slices that were begun and have not ended: they are under way, or were lost with their workers. */
  get open(): readonly string[] {
    return [...this.begun].filter((slice) => !this.ends.has(slice) && !this.stops.has(slice));
  }

  /** Slices that were done twice in the same environment, with different results. */
  get contradictions(): readonly string[] {
    return [...this.differing].sort();
  }

  /** A find in full. */
  findOf(key: string): FindLine | undefined {
    return this.finds.get(key);
  }

  private addEnd(line: SliceLine): void {
    if (line.end === 'stopped') {
      keepFirst(this.stops, line.slice, line);
      return;
    }
    const known = this.ends.get(line.slice);
    if (known !== undefined && known.end !== line.end) {
      // A slice that was done counts, whoever could not do it.
      if (line.end === 'done') this.ends.set(line.slice, line);
      return;
    }
    if (known !== undefined && contradicts(known, line)) this.differing.add(line.slice);
    keepFirst(this.ends, line.slice, line);
  }
}

/** Of several lines always the same one, in whatever order they come. */
function keepFirst<L extends Line>(lines: Map<string, L>, name: string, line: L): void {
  const known = lines.get(name);
  if (known === undefined || rankOf(line) < rankOf(known)) lines.set(name, line);
}

function rankOf(line: Line): string {
  return `${String(line.at).padStart(16, '0')} ${line.worker} ${canonical(line)}`;
}

/** The same schedules gave something else. Runs of real threads never do the same twice. */
function contradicts(a: SliceLine, b: SliceLine): boolean {
  if (a.figures.operations > 0 || canonical(a.on) !== canonical(b.on)) return false;
  return resultOf(a) !== resultOf(b);
}

/** What a slice showed, without who did it, when, and how long it took. */
function resultOf({ end, figures, finds }: SliceLine): string {
  const { executions, pruned, steps, exhausted } = figures;
  return canonical({ end, executions, pruned, steps, exhausted, finds });
}
