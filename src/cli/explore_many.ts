import type { ExploreOptions } from '../explore/options/explore_options.ts';
import { readEnvironment } from '../results/environment.ts';
import {
  EXPLORATIONS_SCHEMA_VERSION,
  type ExplorationEnd,
  type ExplorationResult,
  type ExplorationsResult,
} from '../results/exploration_result.ts';
import { headerOf } from '../results/header.ts';
import { type Ending, endingOfError, worst } from './exit_codes.ts';
import { exploreOne } from './explore_one.ts';
import type { Io } from './io.ts';

/** How the summary describes a scenario, by how it ended. */
const SAID: Readonly<Partial<Record<Ending, string>>> = {
  ok: 'nothing found',
  found: 'found',
  untrustworthy: 'proves nothing',
  usage: 'not run',
  crashed: 'not run to its end',
  interrupted: 'interrupted',
};

const WIDTH = Math.max(...Object.values(SAID).map((text) => text.length));

const OUTCOMES: Readonly<Record<Ending, ExplorationEnd>> = {
  ok: 'passed',
  found: 'violation',
  regression: 'violation',
  untrustworthy: 'unproved',
  usage: 'unproved',
  crashed: 'unproved',
  interrupted: 'interrupted',
};

/** The outcome of several scenarios: a result of each that could be run, and how each ended. */
export interface Explorations {
  readonly results: readonly ExplorationResult[];
  readonly endings: readonly Ending[];
}

/** Explores several scenarios, one after the other, and sums up each at the end. */
export async function exploreMany(
  scenarios: readonly string[],
  options: ExploreOptions,
  shrinkMs: number,
  io: Io,
): Promise<Explorations> {
  const startedAt = new Date().toISOString();
  const results: ExplorationResult[] = [];
  const endings: Ending[] = [];
  const notRun: string[] = [];
  const lines: string[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    if (io.interrupt.aborted) {
      notRun.push(scenario);
      continue;
    }
    if (!io.quiet) io.line(`\n${i + 1} of ${scenarios.length}: ${scenario}`);
    let ending: Ending;
    let what = '';
    try {
      const one = await exploreOne(scenario, options, shrinkMs, io);
      if (one.error !== undefined) io.complain(one.error.message);
      results.push(one.result);
      ending = one.ending;
      what = one.result.findings.map(({ verdict }) => verdict).join(', ');
    } catch (error) {
      // One that cannot be run must not stop the others.
      const refused = endingOfError(error);
      if (refused === null) throw error;
      ending = refused;
      notRun.push(scenario);
      io.complain((error as Error).message);
    }
    endings.push(ending);
    lines.push(`${(SAID[ending] ?? ending).padEnd(WIDTH)}  ${scenario}${what === '' ? '' : `: ${what}`}`);
  }
  io.line(`\n${lines.join('\n')}`);
  if (notRun.length > 0 && io.interrupt.aborted) io.line(`not run: ${notRun.join(', ')}`);
  const result: ExplorationsResult = {
    ...headerOf({
      schemaVersion: EXPLORATIONS_SCHEMA_VERSION,
      kind: 'explorations',
      startedAt,
      environment: await readEnvironment(),
      outcome: OUTCOMES[worst(endings)],
      findings: results.flatMap(({ findings }) => findings),
      reproduce: ['explore', ...scenarios, '--seed', `${options.seed}`],
    }),
    notRun,
    explorations: results,
  };
  io.json(result, 1);
  return { results, endings };
}
