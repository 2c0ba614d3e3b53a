import type { Io } from '../../src/cli/io.ts';
import { requireWritable, writeOutput } from '../../src/cli/output.ts';
import { readEnvironment } from '../../src/results/environment.ts';
import { DEFAULT_STRATEGY } from '../../src/strategies/registry.ts';
import { Answers } from './answers.ts';
import { bindableCores } from './measure/cores.ts';
import { effortFor, shareOf } from './measure/many_threads.ts';
import { doAll } from './measure/pool.ts';
import { isMachine, soundScenarios } from './measure/sound_list.ts';
import { type Answer, type Task, taskName } from './measure/task.ts';
import { unmutated } from './measure/unmutated.ts';
import type { BugsOptions } from './options.ts';
import { markdownOf } from './report/markdown.ts';
import { BUGS_SCHEMA_VERSION, type BugsResult, behindOf, failuresOf } from './report/result.ts';
import { textOf } from './report/text.ts';

/** Runs the bench, and prints what came of it. The page is written only where all was run. */
export async function bench(options: BugsOptions, io: Io): Promise<BugsResult> {
  requireWritable('--out', options.out ?? undefined);
  const result = await measure(options, io);
  io.text(`${textOf(result)}\n`);
  io.json(result, 2);
  if (options.out !== null && result.whole) writeOutput('--out', options.out, markdownOf(result));
  return result;
}

async function measure(options: BugsOptions, io: Io): Promise<BugsResult> {
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const environment = await readEnvironment();
  const cores = bindableCores();
  const tasks = await tasksOf(options);
  const hammered = stressTasksOf(options);
  const all = tasks.length + hammered.length;
  const answers = new Answers();
  let done = 0;
  const onAnswer = (task: Task, answer: Answer): void => {
    answers.add(answer);
    done++;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    io.live(`${seconds} s  ${done}/${all}  ${taskName(task)}`);
  };
  const { jobs } = options;
  await doAll(tasks, { jobs, cores, signal: io.interrupt, onAnswer });
  // A run has the machine for itself.
  if (!io.interrupt.aborted) await doAll(hammered, { jobs: 1, cores: null, signal: io.interrupt, onAnswer });
  const measured = answers.inOrder(options);
  const failures = failuresOf(measured);
  const whole = done === all;
  return {
    schemaVersion: BUGS_SCHEMA_VERSION,
    kind: 'bugs',
    startedAt,
    environment,
    quick: options.quick,
    jobs: options.jobs,
    bound: cores !== null,
    whole,
    seconds: (performance.now() - startMs) / 1000,
    outcome: failures.length > 0 ? 'failed' : whole ? 'passed' : 'interrupted',
    failures,
    behind: behindOf(measured.rows),
    ...measured,
  };
}

/** What takes longest comes first, so that the processes end together. */
async function tasksOf(options: BugsOptions): Promise<Task[]> {
  const { programs, sections } = options;
  const tasks: Task[] = [];
  if (sections.includes('sound')) {
    for (const scenario of await soundScenarios()) {
      tasks.push({ kind: 'sound', scenario, schedules: options.soundSchedules });
    }
  }
  if (sections.includes('programs')) {
    const [strategy, cap] = [DEFAULT_STRATEGY, options.fixedSchedules];
    for (const program of programs) {
      const { isLessWithThreads: isLess, effort } = options;
      tasks.push(
        { kind: 'search', program, effort: isLess ? effortFor(program, effort) : effort },
        { kind: 'fixed', program, strategy, cap: isLess ? Math.ceil(cap * shareOf(program)) : cap },
      );
    }
  }
  if (sections.includes('mutants')) {
    for (const mutant of options.mutants) {
      tasks.push({ kind: 'mutant', mutant, effort: options.mutantEffort });
    }
    for (const scenario of unmutated(options.mutants)) {
      tasks.push({ kind: 'sound', scenario, schedules: options.fixedSchedules });
    }
  }
  return tasks.sort((a, b) => weightOf(b) - weightOf(a));
}

/** The mutants that runs reach. */
function stressTasksOf({ sections, mutants, stress }: BugsOptions): Task[] {
  if (!sections.includes('mutants') || stress.tries === 0) return [];
  return mutants
    .filter((mutant) => mutant.stress !== undefined)
    .map((mutant) => ({ kind: 'stress', mutant, effort: stress }));
}

/** About how long a task takes, as a rank. */
function weightOf(task: Task): number {
  if (task.kind === 'sound') return isMachine(task.scenario) ? 20 : 1;
  if (task.kind === 'mutant' || task.kind === 'stress') return 25;
  const threads = task.program.threads ?? 2;
  return task.kind === 'fixed' ? threads : 3 * threads;
}
