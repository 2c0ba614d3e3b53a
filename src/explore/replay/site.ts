import { KIND } from '../../control/words/operation.ts';
import type { Failure } from '../../verdicts/failure.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import { bare, type SourceText, SourceTexts } from './places.ts';

/** What tells one failure of a verdict from another, whatever the schedule and the numbers of lines. */
export interface FailureSite {
  readonly verdict: Verdict;
  /**
   * Where: the line that threw; the two lines that race; else the lines at which the threads sleep or spin that do not come to their end. Empty
   * where none is known.
   */
  readonly site: readonly SourceText[];
  /** The name of its cause; undefined where that is not known. */
  readonly cause: string | undefined;
}

const ENDLESS: readonly Verdict[] = [
  'deadlock',
  'lost-wakeup',
  'livelock',
  'starvation',
  'not-lock-free',
  'step-limit',
];

/** Steps of a thread among which a whole loop is sure to be, where it spins. */
const LOOP_STEPS = 128;

/** @param scenario URL of the scenario; the failure must have been described, with a stack for each step */
export function siteOf(failure: Failure, scenario: string): FailureSite {
  const texts = new SourceTexts(scenario);
  const { verdict } = failure;
  const site = ENDLESS.includes(verdict) ? whereTheyStay(failure, texts) : thrownAt(failure, texts);
  if (verdict === 'data-race') return { verdict, site: whereTheyRace(failure, texts), cause: undefined };
  return { verdict, site, cause: failure.cause?.name };
}

/** The line that threw; none where nothing was thrown. */
function thrownAt({ thrown }: Failure, texts: SourceTexts): SourceText[] {
  return thrown === undefined ? [] : [texts.textAt(thrown)].filter(({ text }) => text !== '');
}

/** Both accesses, whichever came first. */
function whereTheyRace({ raced }: Failure, texts: SourceTexts): SourceText[] {
  const lines = raced.map(({ stack }) => texts.innermost(stack)).filter(({ text }) => text !== '');
  return lines.map(({ file, text }) => ({ file, text })).sort(byText);
}

/** Of each thread that has not ended: where it sleeps, or the first line of its loop by its text. */
function whereTheyStay({ steps, sites, verdict }: Failure, texts: SourceTexts): SourceText[] {
  const found = new Map<string, SourceText>();
  for (const thread of new Set(steps.filter(({ kind }) => kind !== KIND.FAULT).map((step) => step.thread))) {
    const own = steps.map((step, i) => ({ step, i })).filter(({ step }) => step.thread === thread);
    const last = own[own.length - 1];
    const waits = own.filter(({ step }) => step.kind === KIND.WAIT || step.kind === KIND.WAIT_ASYNC);
    const lastWait = waits[waits.length - 1];
    const sleeps =
      lastWait?.step.slept === true && (lastWait === last || last.step.kind !== KIND.WAKE)
        ? lastWait
        : undefined;
    const spins = verdict !== 'deadlock' && verdict !== 'lost-wakeup' && ENDLESS.includes(verdict);
    const among =
      sleeps !== undefined && sleeps.i >= last.i - 1 ? [sleeps] : spins ? own.slice(-LOOP_STEPS) : [];
    const lines = among
      .map(({ i }) => texts.innermost(sites.get(i) ?? ''))
      .filter(({ text }) => text !== '')
      .map(({ file, text }) => ({ file, text }));
    const first = lines.sort(byText)[0];
    if (first !== undefined) found.set(`${first.file}\n${first.text}`, first);
  }
  return [...found.values()].sort(byText);
}

function byText(a: SourceText, b: SourceText): number {
  return a.file === b.file ? (a.text < b.text ? -1 : 1) : a.file < b.file ? -1 : 1;
}

/**
 * The same failure: the same verdict, and the same site or the same cause. Where neither is known of one of the two, the
 * verdict says it.
 */
export function sameFailureSite(known: Partial<FailureSite>, now: FailureSite): boolean {
  if (known.verdict !== now.verdict) return false;
  const site = known.site ?? [];
  if (known.cause !== undefined && known.cause === now.cause) return true;
  if (site.length === 0 || now.site.length === 0) return known.cause === undefined || now.cause === undefined;
  return sameLines(site, now.site);
}

/** The same lines, in whatever files: a file may have been renamed. */
function sameLines(a: readonly SourceText[], b: readonly SourceText[]): boolean {
  if (a.length !== b.length) return false;
  const texts = (lines: readonly SourceText[]): string[] => lines.map(({ text }) => bare(text)).sort();
  const others = texts(b);
  return texts(a).every((text, i) => text === others[i]);
}
