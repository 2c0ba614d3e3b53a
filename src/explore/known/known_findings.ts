import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import type { KnownFinding, KnownReport } from '../../results/known_report.ts';
import { bare } from '../replay/places.ts';
import type { FailureSite } from '../replay/site.ts';
import { pathIn, readKnownFile, readKnownFileIfThere, scenarioIn, writeKnownFile } from './known_file.ts';

/** The known findings of one scenario, and which of them are met. */
export class KnownFindings {
  private readonly file: string;
  private readonly scenario: string;
  private readonly url: string;
  private readonly all: KnownFinding[];
  private readonly times = new Map<KnownFinding, number>();
  private readonly saved: KnownFinding[] = [];
  /** What is written as the reason of new ones; undefined where they are not added. */
  private readonly reason: string | undefined;

  /**
   * @param file that lists them; it may be missing where `isDefault`, and where new ones are added
   * @param url of the scenario
   * @throws `Usage` where the file is no such list
   */
  constructor(file: string, url: string, isDefault: boolean, reason?: string) {
    this.file = file;
    this.url = url;
    this.reason = reason;
    this.scenario = scenarioIn(file, url);
    this.all = isDefault || reason !== undefined ? readKnownFileIfThere(file) : readKnownFile(file);
  }

  /** There is nothing to look for, and nothing to be told. */
  get isEmpty(): boolean {
    return this.reason === undefined && this.own.length === 0;
  }

  private get own(): KnownFinding[] {
    return this.all.filter(({ scenario }) => scenario === this.scenario);
  }

  /** The finding that this is, which is counted; or one that is made of it where new ones are added. */
  meet(now: FailureSite): KnownFinding | undefined {
    const site = this.siteInFile(now);
    const known = this.own.find((one) => isSame(one, { ...now, site })) ?? this.save({ ...now, site });
    if (known !== undefined) this.again(known);
    return known;
  }

  /** It was new, and was added to the file. */
  wasSaved(finding: KnownFinding): boolean {
    return this.saved.includes(finding);
  }

  /** One that was told before was met once more. */
  again(known: KnownFinding): void {
    this.times.set(known, (this.times.get(known) ?? 0) + 1);
  }

  private save({ verdict, site, cause }: FailureSite): KnownFinding | undefined {
    const { reason, scenario } = this;
    if (reason === undefined) return undefined;
    if (site.length === 0 && cause === undefined) {
      throw new LabError(
        'Usage',
        `the ${verdict} that was found cannot be added to ${this.file}: neither its line nor its cause is known, so that every ${verdict} would be known`,
      );
    }
    const finding = { scenario, verdict, site, ...(cause === undefined ? {} : { cause }), reason };
    this.all.push(finding);
    this.saved.push(finding);
    // At once: what comes later may fail.
    writeKnownFile(this.file, this.all);
    return finding;
  }

  /** The lines of a failure, whose files are relative to the scenario's folder, as the file names them. */
  private siteInFile({ site }: FailureSite): FailureSite['site'] {
    const folder = dirname(fileURLToPath(this.url));
    return site.map(({ file, text }) => ({ file: pathIn(this.file, resolve(folder, file)), text }));
  }

  report(): KnownReport {
    const { file, times, saved } = this;
    const met = [...times].map(([finding, count]) => ({ finding, times: count }));
    return { file, met, notMet: this.own.filter((one) => !times.has(one)), saved };
  }
}

function isSame(known: KnownFinding, now: FailureSite): boolean {
  if (known.verdict !== now.verdict || known.site.length !== now.site.length) return false;
  if (known.cause !== undefined && known.cause !== now.cause) return false;
  const lines = (site: FailureSite['site']): string[] =>
    site.map(({ file, text }) => `${file}\n${bare(text)}`).sort();
  const others = lines(now.site);
  return lines(known.site).every((line, i) => line === others[i]);
}

/** A known finding in a line: `check at ring.mjs: if (...) throw ...; lost update (reason)`. */
export function knownText({ verdict, site, cause, reason }: KnownFinding): string {
  const where = site.map(({ file, text }) => ` at ${file}: ${text}`).join(', and');
  return `${verdict}${where}${cause === undefined ? '' : `, ${cause}`} (${reason})`;
}

/** What is said of known findings, line by line. */
export function knownLines({ file, met, notMet, saved }: KnownReport): string[] {
  const added = new Set(saved);
  return [
    ...met.map(({ finding, times }) => {
      const how = added.has(finding) ? `new, and added to ${file}` : 'known';
      return `${how}, met ${times} time${times === 1 ? '' : 's'}: ${knownText(finding)}`;
    }),
    ...notMet.map((finding) => `known, and not met any more: ${knownText(finding)}`),
  ];
}
