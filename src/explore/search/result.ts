import { FAULT_NAMES, type FaultName, type Faults } from '../../control/words/fault.ts';
import type { TimeoutName } from '../../control/words/layout.ts';
import { faultWords } from '../../intercept/faults/nemesis_grammar.ts';
import { behaviourLines, newBehaviourBars } from '../../results/behaviour_text.ts';
import type { ExplorationFigures } from '../../results/exploration_result.ts';
import type { Explored } from '../job/explored.ts';
import { knownLines } from '../known/known_findings.ts';
import { behaviourFigures } from './behaviours.ts';

/** What an exploration says about itself. */
export interface ExploreResult extends ExplorationFigures {
  readonly timeouts: TimeoutName;
}

/** What was asked for. */
export interface Asked {
  readonly strategy: string;
  /** It is systematic; it is the user's, whose word for an end proves nothing. */
  readonly systematic: boolean;
  readonly own: object | undefined;
  readonly seed: number;
  /** Of the strategy, every one of them. */
  readonly params: Readonly<Record<string, number>>;
  readonly spinLimit: number;
  /** Plain accesses were looked at. */
  readonly races?: boolean;
}

/** Of a program in which there was nothing to interleave. */
export const NO_WORKER = 'the program started no Worker and sent no message';
const PLAIN = 'plain reads and writes of shared memory';

/** Puts the sessions of one exploration together. */
export function summarise(
  all: readonly Explored[],
  asked: Asked,
  { seconds, failed }: { readonly seconds: number; readonly failed: boolean },
): ExploreResult {
  const sum = (of: (one: Explored) => number): number => all.reduce((total, one) => total + of(one), 0);
  const lines = (of: (one: Explored) => readonly string[]): string[] => [...new Set(all.flatMap(of))];
  // What comes behind a failing schedule is not run.
  const shared = asked.params.shares !== undefined;
  const exhausted =
    !failed && (shared ? all.every((one) => one.exhausted) : all.some((one) => one.exhausted));
  const unexplored = lines((one) => one.noted.unexplored);
  const { preemptions } = asked.params;
  const bounded = preemptions !== undefined && preemptions >= 0;
  const seen = lines((one) => one.noted.unwatched);
  const unwatched = asked.races === true ? seen : [PLAIN, ...seen];
  const atomicsComplete =
    exhausted &&
    !(asked.params.shares > 1) &&
    asked.own === undefined &&
    !bounded &&
    unexplored.length === 0 &&
    seen.length === 0 &&
    sum((one) => one.boundedLoops) === 0 &&
    sum((one) => one.truncated) === 0 &&
    all.every((one) => one.acted.length > 0 && !one.messages && !one.program);
  return {
    complete: atomicsComplete && unwatched.length === 0,
    atomicsComplete,
    unwatched,
    passedRaces: lines((one) => one.passedRaces),
    plainWrites: lines((one) => one.noted.plainWrites),
    remarks: [
      ...lines((one) => one.remarks),
      ...idleThreads(all),
      ...(failed ? [] : faultsThatNeverHappened(all)),
      ...(failed ? [] : whyNotAll(all, asked, { exhausted, bounded, unexplored })),
      ...lines((one) => one.noted.remarks),
    ],
    executions: sum((one) => one.executions),
    pruned: sum((one) => one.pruned),
    steps: sum((one) => one.steps),
    switches: sum((one) => one.switches),
    seconds,
    strategy: asked.strategy,
    seed: asked.seed,
    threads: all[0].threads,
    timeouts: all[0].timeouts,
    behaviours: behaviourFigures(all, asked.systematic),
    faults: all[0].faults,
  };
}

/** What was asked for, and never could happen: nothing is shown of it. */
function faultsThatNeverHappened(all: readonly Explored[]): string[] {
  const happened = all.reduce((set, one) => set | one.faultsHappened, 0);
  const never = FAULT_NAMES.filter(
    (name, fault) => ((happened >>> fault) & 1) === 0 && (all[0].faults?.[name] ?? 0) > 0,
  );
  return never.map(
    (name) => `no fault ${faultWords({ [name]: 1 })[0].replace(':1', '')} ever happened: ${WHY_NEVER[name]}`,
  );
}

const WHY_NEVER: Readonly<Record<FaultName, string>> = {
  kill: 'there was no thread to kill, or no schedule in which one was due',
  stop: 'there was no thread to stop, or no schedule in which one was due',
  spuriousWake: 'no thread was met asleep in Atomics.wait',
  noMemory: 'no thread was met that asked mayFail()',
};

function idleThreads(all: readonly Explored[]): string[] {
  const acted = new Set(all.flatMap((one) => one.acted));
  if (all[0].program) return all.some((one) => one.messages) ? [] : [NO_WORKER];
  const idle = Array.from({ length: all[0].threads }, (_, thread) => thread).filter(
    (thread) => !acted.has(thread),
  );
  if (idle.length === 0) return [];
  const which = idle.length === all[0].threads ? 'no thread' : `thread ${idle.join(', ')}`;
  return [`${which} did ${idle.length === all[0].threads ? 'any' : 'no'} operation of Atomics`];
}

function whyNotAll(
  all: readonly Explored[],
  asked: Asked,
  known: { readonly exhausted: boolean; readonly bounded: boolean; readonly unexplored: readonly string[] },
): string[] {
  const sum = (of: (one: Explored) => number): number => all.reduce((total, one) => total + of(one), 0);
  const remarks: string[] = [];
  if (all.some((one) => one.messages)) {
    remarks.push(
      'not complete: which of several events of a thread comes first was drawn, not explored in all ways',
    );
  }
  if (known.exhausted && asked.own !== undefined) {
    remarks.push(
      `the strategy ${asked.strategy} ended the exploration: that it left nothing out is not checked`,
    );
  } else if (known.exhausted && known.bounded && !all.some((one) => one.messages)) {
    remarks.push(
      `all orders of Atomics operations with at most ${asked.params.preemptions} preemptions were run`,
    );
  }
  const { share, shares } = asked.params;
  if (known.exhausted && shares > 1) {
    remarks.push(`share ${share} of ${shares} was run to its end: only all shares together may be complete`);
  }
  if (!known.exhausted && asked.systematic) {
    remarks.push(
      'not complete: stopped with interleavings left to run (raise the number of schedules, or the time)',
    );
  }
  for (const line of known.unexplored) remarks.push(`not complete: ${line}`);
  if (sum((one) => one.boundedLoops) > 0 && known.unexplored.length === 0) {
    remarks.push(
      `not complete: a loop that repeated itself more than ${asked.spinLimit} times ended by itself: its other ends were not all run`,
    );
  }
  if (sum((one) => one.truncated) > 0) remarks.push('some schedules had to be cut short');
  const gaveUp = sum((one) => one.gaveUp);
  if (gaveUp > 0) {
    remarks.push(
      `${gaveUp} schedules ended in an error of a thread whose wait had timed out although others could run: ` +
        'no failure, since the timeout may be the error (--timeouts any reports them)',
    );
  }
  if (known.exhausted && asked.own === undefined && sum((one) => one.heldBack) > 0) {
    remarks.push('modulo iterations of loops that were shown to be fruitless');
  }
  return remarks;
}

/** What was done up to a find, in a line. */
export function searchedText({ executions, pruned, seconds, threads, strategy }: ExploreResult): string {
  return `Searched ${executions + pruned} schedules by ${strategy} with ${threads} threads in ${seconds.toFixed(2)} s`;
}

/** The result as lines for people. */
export function resultText(result: ExploreResult): string {
  const { executions, pruned, seconds, steps, switches, threads } = result;
  const rate = Math.round((executions + pruned) / Math.max(seconds, 1e-3));
  const lines = [
    `nothing${result.known === undefined || result.known.met.length === 0 ? '' : ' new'} found in ${executions} executions by ${result.strategy} with ${threads} threads: ${steps} steps, ${switches} switches, ${seconds.toFixed(2)} s (${rate} schedules/s)`,
  ];
  if (pruned > 0) lines.push(`${pruned} more were abandoned as redundant`);
  if (result.faults !== undefined)
    lines.push(`faults that might happen in a schedule: ${faultWords(result.faults).join(', ')}`);
  const { behaviours, strategy } = result;
  if (behaviours !== undefined) {
    lines.push(...behaviourLines(behaviours, strategy), ...newBehaviourBars(behaviours));
  }
  lines.push(...completeLines(result));
  const { plainWrites } = result;
  for (const line of result.unwatched) {
    lines.push(`not watched: ${line}${line === PLAIN ? plainText(plainWrites) : ''}`);
  }
  lines.push(...result.passedRaces);
  if (result.known !== undefined) lines.push(...knownLines(result.known));
  return [...lines, ...result.remarks].join('\n');
}

/** What to do about plain accesses. */
function plainText(writes: readonly string[]): string {
  const seen = writes.length === 0 ? '' : `writes were seen at ${writes.join(', ')}; `;
  return ` (${seen}--races looks at them)`;
}

/** What was run of all that there is. */
function completeLines(result: ExplorationFigures & Pick<ExploreResult, 'timeouts'>): string[] {
  if (!result.atomicsComplete) return [];
  const timeouts = `${TIMEOUTS_SAID[result.timeouts]}${faultsSaid(result.faults)}`;
  if (!result.complete) return [`all orders of Atomics operations were run, up to equivalence${timeouts}`];
  const races =
    result.passedRaces.length === 0
      ? 'there is no data race'
      : 'under sequential consistency of the words raced on';
  return [`complete: every interleaving was run, up to equivalence; ${races}${timeouts}`];
}

/** What it adds about faults. */
function faultsSaid(faults: Faults | undefined): string {
  if (faults === undefined) return '';
  return `; with every fault of ${faultWords(faults).join(', ')} in a schedule`;
}

/** What a sentence about all interleavings adds about timeouts. */
const TIMEOUTS_SAID: Record<TimeoutName, string> = {
  any: '; timeouts at any moment',
  last: '; timeouts only where nothing else could run',
  never: '; timeouts never',
  mixed: '; timeouts only where nothing else could run',
};
