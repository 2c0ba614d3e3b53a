import { behaviourLines } from '../../results/behaviour_text.ts';
import type { CampaignResult } from '../../results/campaign_result.ts';
import type { ExplorationResult } from '../../results/exploration_result.ts';
import type { Evidence, Finding, ScheduleEvidence } from '../../results/finding.ts';
import type { ReplayFile } from '../../results/replay_file.ts';
import type { RunResult } from '../../results/run_result.ts';
import type { SweepResult } from '../../results/sweep_result.ts';
import { formatCount, formatMany } from './format.ts';
import { shellWords } from './shell_words.ts';

/** What a report of an exploration, or of a replay file, is drawn from. */
export type Explored = ExplorationResult | ReplayFile;

/** Everything that has reports. */
export type Reportable = RunResult | SweepResult | CampaignResult | Explored;

/** What was found, as every format shows it. */
export interface FoundView {
  /** `check: check() failed: counted 1 of 2`. */
  readonly title: string;
  /** Lines below it: details, the cause, places. */
  readonly lines: readonly string[];
  readonly schedule: ScheduleEvidence | null;
  /** The next command; null if none. */
  readonly command: string | null;
}

export function isExplored(result: { readonly kind: string }): result is Explored {
  return result.kind === 'exploration' || result.kind === 'replay-file';
}

/** How it ended, for programs; a replay file is of a schedule that failed. */
export function outcomeOf(result: Explored): string {
  return result.kind === 'replay-file' ? 'recorded' : result.outcome;
}

/** The same for people: nothing found does not mean that nothing is there. */
export function outcomeText(result: Explored): string {
  const outcome = outcomeOf(result);
  return outcome === 'passed' ? 'nothing found' : outcome;
}

/** What is said in one line. */
export function headline(result: Explored): string {
  if (result.kind === 'replay-file') return `${result.verdict}: ${result.message}`;
  const { findings, executions, outcome } = result;
  if (findings.length > 0) return findings.map(({ verdict, message }) => `${verdict}: ${message}`).join('; ');
  const until = outcome === 'interrupted' ? ' until it was interrupted' : '';
  return `no failing schedule in ${formatMany(executions, 'execution')}${until}`;
}

/** What to know beside the findings: what was out of sight, why not all was run. */
export function notesOn(result: Explored): string[] {
  if (result.kind === 'replay-file') return [];
  const all = result.complete
    ? ['complete: every interleaving was run, up to equivalence']
    : result.atomicsComplete
      ? ['all orders of Atomics operations were run, up to equivalence']
      : [];
  const unwatched = result.unwatched.map((line) => `not watched: ${line}`);
  const { behaviours, strategy } = result;
  const shown = behaviours === undefined ? [] : behaviourLines(behaviours, strategy);
  // Results of before 0.2 have none.
  return [...all, ...shown, ...unwatched, ...(result.passedRaces ?? []), ...result.remarks];
}

export function foundIn(result: Explored): FoundView[] {
  return result.kind === 'replay-file' ? [recorded(result)] : result.findings.map(findingView);
}

/** The command that repeats it; for a replay file, the one that runs its schedule. */
export function againCommand(result: Explored): string {
  return result.kind === 'replay-file'
    ? `framelab replay ${shellWords([result.file])}`
    : `framelab ${shellWords(result.reproduce)}`;
}

/** A finding, as every format shows it. */
export function findingView({ verdict, message, details, cause, places, evidence }: Finding): FoundView {
  return {
    title: `${verdict}: ${message}`,
    lines: [
      ...details.map((line) => line.trim()).filter((line) => line !== ''),
      ...(cause === null ? [] : [`cause: ${cause.name}: ${cause.sentence}`]),
      ...shownPlaces(places, cause !== null).map(
        ({ role, thread, file, line }) =>
          `${role}${thread === null ? '' : ` of thread ${thread}`}: ${file}:${line}`,
      ),
      ...howFound(evidence),
    ],
    schedule: evidence?.kind === 'schedule' ? evidence : null,
    command: evidence?.kind === 'schedule' ? evidence.command : null,
  };
}

/** Where threads stopped says little if the cause is known. */
function shownPlaces(places: Finding['places'], isExplained: boolean): Finding['places'] {
  return isExplained ? places.filter(({ role }) => role !== 'last step') : places;
}

function howFound(evidence: Evidence | null): string[] {
  if (evidence?.kind !== 'schedule') return [];
  const { stepCount, switches, preemptions, recording, notWritten } = evidence;
  const kept = recording === null ? `there is no replay file: ${notWritten}` : `replay file: ${recording}`;
  return [
    foundBy(evidence, evidence.seed),
    `${formatMany(stepCount, 'step')}, switches: ${formatCount(switches)}, of them preemptions: ${formatCount(preemptions)}`,
    kept,
  ];
}

function recorded({ verdict, message, found: by, seed, steps, framelab, node }: ReplayFile): FoundView {
  return {
    title: `${verdict}: ${message}`,
    lines: [
      foundBy(by, seed),
      `${formatMany(steps, 'step')}, recorded by framelab ${framelab} with Node.js ${node}`,
    ],
    schedule: null,
    // The whole report ends with it.
    command: null,
  };
}

function foundBy({ strategy, schedule, job }: ReplayFile['found'], seed: number): string {
  const by = strategy === 'first' ? 'the first schedule' : `${strategy} in schedule ${schedule}`;
  return `found by ${by}${job > 0 ? ` of job ${job}` : ''}, seed ${seed}`;
}
