import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseRecording } from '../../explore/replay/recording.ts';
import { scenarioUrl } from '../../explore/replay/replay_file.ts';
import { holdsLedger, Ledger, lineOf } from '../ledger/ledger.ts';
import type { FindLine, Line } from '../ledger/lines.ts';
import { type Plan, slicesOf } from '../plan/plan.ts';
import { recordingHere } from '../slice/recording_here.ts';
import { isKindKey, ReplayStore } from '../slice/replay_store.ts';

// What a worker sends through the queue when it has done a slice: its lines, and replays of what it found, so that the folder
// of the campaign is whole without a shared disk.

export interface Parcel {
  /** Each as in a ledger. */
  readonly lines: readonly string[];
  readonly replays: readonly ParcelReplay[];
}

interface ParcelReplay {
  readonly key: string;
  /** A replay file. */
  readonly text: string;
}

/** Larger replays stay in the worker's folder: they would fill a Redis. */
const REPLAY_BYTES_MAX = 4 * 2 ** 20;

/** Packs what a worker did. What was sent once is not sent again, until `forget` is called. */
export class Packer {
  private readonly store: ReplayStore;
  private readonly finds = new Map<string, FindLine>();
  private readonly sent = new Set<string>();

  /** @param folder the worker's */
  constructor(folder: string) {
    this.store = new ReplayStore(folder);
  }

  /** What was sent may not have come. */
  forget(): void {
    this.sent.clear();
  }

  /** @param lines of a slice */
  pack(lines: readonly Line[]): Parcel {
    for (const line of lines) if (line.t === 'find') this.finds.set(line.key, line);
    const keys = new Set(
      lines.flatMap((line) => (line.t === 'slice' ? line.finds : [])).map(({ key }) => key),
    );
    const again = [...keys].flatMap((key) => this.finds.get(key) ?? []);
    const told = [...again.filter((line) => !lines.includes(line) && this.isNew(line.key)), ...lines];
    return { lines: told.map((line) => JSON.stringify(line)), replays: this.replaysOf(keys) };
  }

  private replaysOf(keys: ReadonlySet<string>): ParcelReplay[] {
    return this.store.all.flatMap(({ key, file }) => {
      if (!keys.has(key)) return [];
      const text = textOf(file);
      return text !== undefined && this.isNew(`${key}/${basename(file)}`) ? [{ key, text }] : [];
    });
  }

  private isNew(name: string): boolean {
    if (this.sent.has(name)) return false;
    this.sent.add(name);
    return true;
  }
}

/** Undefined if it is too large, or gone. */
function textOf(file: string): string | undefined {
  try {
    return statSync(file).size > REPLAY_BYTES_MAX ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Unpacks what workers sent into the folder of a campaign. Anybody who can write to Redis can send anything: a line that is not
 * of this plan is refused, and paths are never taken from it.
 */
export class Unpacker {
  private readonly folder: string;
  private readonly plan: Plan;
  private readonly store: ReplayStore;
  private readonly slices: ReadonlySet<string>;
  private ledger: Ledger | undefined;

  constructor(folder: string, plan: Plan) {
    this.folder = folder;
    this.plan = plan;
    this.store = new ReplayStore(folder);
    this.slices = new Set(slicesOf(plan).map(({ id }) => id));
  }

  /**
   * Writes down what came of a slice.
   *
   * @returns its lines; undefined if they are not of this slice
   * @throws `NotWritten`
   */
  unpack(parcel: unknown, slice: string): Line[] | undefined {
    const { lines: texts, replays } = (parcel ?? {}) as Partial<Parcel>;
    if (!Array.isArray(texts) || !Array.isArray(replays)) return undefined;
    const sent = texts.map((text) => lineOf(String(text)));
    if (!sent.every((line): line is Line => line !== undefined && this.isOf(line, slice))) return undefined;
    this.keepReplays(replays);
    const lines = sent.map((line) =>
      line.t === 'find' ? { ...line, replay: this.store.pathOfOne(line.key, line.replay) } : line,
    );
    for (const line of lines) this.copy(line);
    return lines;
  }

  private isOf(line: Line, slice: string): boolean {
    const isFind = line.t === 'find';
    if (line.plan !== this.plan.id || !/^[\w.-]+$/.test(line.worker) || typeof line.at !== 'number')
      return false;
    return isFind ? isKindKey(line.key) && this.slices.has(line.slice) : line.slice === slice;
  }

  private keepReplays(replays: readonly Partial<ParcelReplay>[]): void {
    for (const { key, text } of replays) {
      if (typeof key === 'string' && typeof text === 'string' && isKindKey(key)) this.keepReplay(key, text);
    }
  }

  /** One that cannot be read or written is left out: the lines say what was found all the same. */
  private keepReplay(key: string, text: string): void {
    try {
      const { recording } = parseRecording(text, `a replay of ${key}`);
      const here = recordingHere({ ...recording, scenario: scenarioUrl(recording.scenario) }, this.plan);
      if (here !== undefined) this.store.keep(key, here, 'elsewhere');
    } catch {
      // Nothing can be done about it here: the worker still has its own.
    }
  }

  /** A worker that shares the folder has written it there itself. */
  private copy(line: Line): void {
    if (holdsLedger(this.folder, line.worker)) return;
    this.ledger ??= new Ledger(this.folder, this.plan);
    this.ledger.copy(line);
  }
}
