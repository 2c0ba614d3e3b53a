/**
 * Plain accesses of shared memory, as those tell them that can see them: instrumented JavaScript, replaced methods of
 * typed arrays, rewritten WebAssembly. They are told before they happen, and whoever tells one touches no word.
 */
import type { Buffers } from '../memory/buffers.ts';
import { ABANDON, H } from '../words/layout.ts';
import type { Engine } from './engine.ts';

/** Where in the code under test an access is. Plain data. */
export interface AccessSite {
  /** URL or path of the module; for WebAssembly what a stack shows. */
  readonly file: string;
  /** From 1; for WebAssembly 0, and the byte of the original module as the column. */
  readonly line: number;
  readonly column: number;
  /** Of the function, where it is known. */
  readonly name?: string;
  /** Why this access may race: it was marked so. */
  readonly allowed?: string;
}

/** What is told of accesses while schedules run. `place` is the buffer's number. */
export interface PlainListener {
  read(place: number, offset: number, bytes: number, site: number): void;
  write(place: number, offset: number, bytes: number, site: number): void;
}

/** The site of an access of which only the stack is known. */
export const NO_SITE = 0;

/** Set in the number of a site that is marked as one that may race, as the listener gets it. */
const ALLOWED = 2 ** 30;

export function isAllowed(site: number): boolean {
  return (site & ALLOWED) !== 0;
}

/** Where the site with that number is in the list of sites. */
export function siteIndex(site: number): number {
  return site & ~ALLOWED;
}

/** What an exploration does about plain accesses. */
export interface RaceMode {
  /** They are looked at, and data races found. */
  readonly races: boolean;
  /** A data race is no find: its accesses become steps, so that what it does is found. */
  readonly raceEffects: boolean;
}

function isSamePlace(one: Omit<AccessSite, 'name'>, two: Omit<AccessSite, 'name'>): boolean {
  return one.line === two.line && one.column === two.column && one.file === two.file;
}

export class PlainAccesses {
  /** They are looked at in this exploration: those that can make them visible do so. For as long as the worker lives. */
  readonly wanted: boolean;
  /** Races are gone past, as if each were intended. */
  readonly goesPast: boolean;
  /** Those that were registered, by number. */
  readonly sites: AccessSite[] = [{ file: '', line: 0, column: 0 }];
  listener: PlainListener | undefined;
  /** By the number of a site, what the listener is told. */
  private readonly numbers: number[] = [NO_SITE];
  /** Takes the number of a site from the stack; it is set by those that can. */
  takeCallSite: () => number = () => NO_SITE;
  /** Places that may race, as `allow` was given them. */
  private allowedPlaces: readonly AccessSite[] = [];
  /** What the listener does is not told to it. */
  private telling = false;
  private readonly engine: Engine;
  private readonly buffers: Buffers;

  constructor(engine: Engine, buffers: Buffers, { races, raceEffects }: RaceMode) {
    this.engine = engine;
    this.buffers = buffers;
    this.wanted = races;
    this.goesPast = raceEffects;
  }

  /** The number of a place in the source, for `read` and `write`: they count up from 1. */
  site(site: AccessSite): number {
    const number = this.sites.length;
    this.setSite(number, site);
    return number;
  }

  /** From now on these accesses may race, too: places that this thread knows, each with its reason. */
  allow(sites: readonly AccessSite[]): void {
    this.allowedPlaces = sites;
    for (const { file, line, column, allowed } of sites) {
      for (let i = 0; i < this.sites.length; i++) {
        const site = this.sites[i];
        if (!isSamePlace(site, { file, line, column })) continue;
        this.sites[i] = { ...site, allowed };
        this.numbers[i] = i | ALLOWED;
      }
    }
  }

  /** The number of a place that is met while schedules run: it may have been allowed before. */
  siteOf(site: AccessSite): number {
    const given = this.allowedPlaces.find((place) => isSamePlace(place, site))?.allowed;
    const allowed = site.allowed ?? given;
    return this.site(allowed === undefined ? site : { ...site, allowed });
  }

  /** Where the builtin is called that is being told, as the listener gets numbers; `NO_SITE` where no code of a user's calls it. */
  callSite(): number {
    return this.numbers[this.takeCallSite()];
  }

  /** Says which place a number stands for that was taken before it was known. */
  setSite(number: number, site: AccessSite): void {
    this.sites[number] = site;
    this.numbers[number] = site.allowed === undefined ? number : number | ALLOWED;
  }

  /** The place with that number; undefined for `NO_SITE`. */
  siteAt(number: number): AccessSite | undefined {
    return number === NO_SITE ? undefined : this.sites[siteIndex(number)];
  }

  /** A plain read of `bytes` bytes at `offset` of a buffer, shared or not, is about to happen. */
  read(buffer: ArrayBufferLike, offset: number, bytes: number, site: number): void {
    const place = this.placeOf(buffer);
    if (place < 0) return;
    this.telling = true;
    try {
      (this.listener as PlainListener).read(place, offset, bytes, this.numbers[site]);
    } finally {
      this.telling = false;
    }
  }

  /** A plain write, likewise. */
  write(buffer: ArrayBufferLike, offset: number, bytes: number, site: number): void {
    const place = this.placeOf(buffer);
    if (place < 0) return;
    this.telling = true;
    try {
      (this.listener as PlainListener).write(place, offset, bytes, this.numbers[site]);
    } finally {
      this.telling = false;
    }
  }

  /** -1 where nobody is to be told. */
  private placeOf(buffer: ArrayBufferLike): number {
    const { engine } = this;
    if (!engine.controlled || engine.aside || this.telling || this.listener === undefined) return -1;
    if (engine.words[H.ABANDON] !== ABANDON.NONE) return -1;
    return this.buffers.id(buffer);
  }
}
