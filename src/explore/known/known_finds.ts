import type { KnownFinding, KnownReport } from '../../results/known_report.ts';
import type { Failure } from '../../verdicts/failure.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import { execute, type Rerun } from '../replay/execution.ts';
import { likeness } from '../replay/likeness.ts';
import { siteOf } from '../replay/site.ts';
import { KNOWN_FILE } from './known_file.ts';
import { KnownFindings, knownText } from './known_findings.ts';

/** A failing schedule that a search came to. */
interface Find {
  readonly failure: Failure;
  readonly recording: Rerun;
}

/** What is asked of known findings, as in the options of `explore`. */
export interface KnownAsked {
  readonly known?: string;
  readonly saveKnown?: string;
  readonly onRemark?: (line: string) => void;
}

/** Verdicts that say nothing against the code: that a search cannot be relied on is never known. */
const NEVER_KNOWN: readonly Verdict[] = ['nondeterminism', 'uncontrolled'];

/** Tells a search which of its finds are known, so that it goes on past them. */
export class KnownFinds {
  private readonly known: KnownFindings;
  private readonly onRemark: ((line: string) => void) | undefined;
  private readonly told = new Map<string, KnownFinding>();
  /** Schedules that ended in a known finding. */
  met = 0;
  /** The file that was named; undefined for the default. */
  readonly named: string | undefined;

  private constructor(known: KnownFindings, { known: named, onRemark }: KnownAsked) {
    this.known = known;
    this.named = named;
    this.onRemark = onRemark;
  }

  /**
   * Undefined where nothing is known of the scenario, and nothing is to be added.
   *
   * @param url of the scenario
   * @throws `Usage` where the file that is named is not there, or lists something else
   */
  static of(asked: KnownAsked, url: string): KnownFinds | undefined {
    const { known, saveKnown } = asked;
    const findings = new KnownFindings(known ?? KNOWN_FILE, url, known === undefined, saveKnown);
    return findings.isEmpty ? undefined : new KnownFinds(findings, asked);
  }

  /** Whether a find is known; run again in fresh workers where it is not like one before, for it may be no failure at all. */
  async meets({ failure, recording }: Find): Promise<boolean> {
    if (NEVER_KNOWN.includes(failure.verdict)) return false;
    const key = likeness(failure);
    let finding = this.told.get(key);
    if (finding === undefined) {
      const { failure: again } = await execute(recording, { describe: true });
      if (again?.eventHash !== failure.eventHash || again.verdict !== failure.verdict) return false;
      finding = this.known.meet(siteOf(again, recording.scenario));
      if (finding === undefined) return false;
      if (![...this.told.values()].includes(finding)) {
        const how = this.known.wasSaved(finding) ? 'new, and now known' : 'known';
        this.onRemark?.(`${how}: ${knownText(finding)}`);
      }
      this.told.set(key, finding);
    } else {
      this.known.again(finding);
    }
    this.met++;
    return true;
  }

  report(): KnownReport {
    return this.known.report();
  }
}
