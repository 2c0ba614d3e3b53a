import type { AccessSite } from '../../control/thread/plain_accesses.ts';
import { joinRace } from '../../observe/races/report.ts';
import { LabError } from '../../platform/error.ts';
import { show } from '../../platform/options_check.ts';
import { siteLine } from '../../verdicts/data_race.ts';
import { type SourcePlace, Sources, shortPlace } from '../../verdicts/source.ts';

/** A race that is intended, by the place of one of its accesses as results show it: `ring.mjs:12`, `push@0x6e`. */
export interface AllowedRace {
  readonly at: string;
  /** Why it may race. */
  readonly reason: string;
}

const AT = /^[^\s=]+(:\d+|@0x[0-9a-f]+)$/;

/** What is wrong with it; undefined if nothing is. */
export function whyNoAllowedRace(value: unknown): string | undefined {
  const { at, reason } = (value ?? {}) as Partial<AllowedRace>;
  if (typeof at !== 'string' || !AT.test(at))
    return 'at is FILE:LINE, or NAME@0xBYTE of a WebAssembly function';
  return typeof reason === 'string' && reason.trim() !== ''
    ? undefined
    : 'a reason is given, why it may race';
}

/**
 * `FILE:LINE=REASON` as given on a command line.
 *
 * @throws `Usage` if it is not of that form
 */
export function allowedRace(text: string): AllowedRace {
  const split = text.indexOf('=');
  const race = { at: text.slice(0, Math.max(0, split)), reason: text.slice(split + 1).trim() };
  const wrong = split < 0 ? 'FILE:LINE=REASON' : whyNoAllowedRace(race);
  if (wrong === undefined) return race;
  throw new LabError('Usage', `an allowed race is ${show(text)}; allowed: ${wrong}`);
}

/** The races that a session goes past because they are allowed, as they are met. */
export class AllowedRaces {
  private readonly races: readonly AllowedRace[];
  private readonly met = new Set<AllowedRace>();
  private readonly sources = new Sources();
  /** Accesses that were met so far, as the threads know them. */
  readonly sites: AccessSite[] = [];

  constructor(races: readonly AllowedRace[] = []) {
    this.races = races;
  }

  /** Whether the race that ended a run is one of them; then its access is one of `sites` from now on. */
  takes(observed: ReadonlyMap<string, readonly unknown[]>): boolean {
    if (this.races.length === 0) return false;
    const race = joinRace(observed.get('races'));
    for (const { site } of race === undefined ? [] : [race.first, race.second]) {
      if (site === undefined || site.allowed !== undefined) continue;
      const place = this.sources.frames(siteLine(site))[0];
      const allowed = place && this.races.find(({ at }) => isAt(place, at));
      if (allowed === undefined) continue;
      this.met.add(allowed);
      this.sites.push({ ...site, allowed: allowed.reason });
      return true;
    }
    return false;
  }

  /** Those that were never met: what they were about may have gone. */
  get unmet(): string[] {
    return this.races.filter((race) => !this.met.has(race)).map(({ at }) => at);
  }
}

function isAt(place: SourcePlace, at: string): boolean {
  return (
    shortPlace(place) === at ||
    `${place.file}:${place.line}` === at ||
    `/${place.file}:${place.line}`.endsWith(`/${at}`)
  );
}
