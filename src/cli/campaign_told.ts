import { join } from 'node:path';
import type { Plan, Shard, Slice } from '../campaign/plan/plan.ts';
import { campaignResult } from '../campaign/tally/result.ts';
import type { Tally } from '../campaign/tally/tally.ts';
import { callCommand, quoted } from '../platform/call_command.ts';
import { writeWholeFile } from '../platform/write_file.ts';
import { githubAnnotations } from '../report/annotations.ts';
import { junitReport } from '../report/junit.ts';
import { campaignText } from '../report/text/campaign_text.ts';
import { readEnvironment } from '../results/environment.ts';
import { type Ending, endingOf } from './exit_codes.ts';
import type { Io } from './io.ts';
import { writeOutput } from './output.ts';

/** What is to be told. */
export interface Ended {
  readonly plan: Plan;
  readonly slices: readonly Slice[];
  readonly tally: Tally;
  readonly damage: readonly string[];
  readonly startedAt: string;
  readonly stoppedBy: string | undefined;
  readonly folder: string;
  readonly shard?: Shard;
  /** False where nothing is written into the folder. */
  readonly keep?: boolean;
}

/** Where it goes. */
export interface Wanted {
  readonly junit?: string;
  readonly html?: string;
  readonly github?: true;
}

/** Puts together what was done, keeps it beside the plan as summary.json, and shows it. */
export async function tellCampaign(ended: Ended, wanted: Wanted, io: Io): Promise<Ending> {
  const { plan, slices, tally, damage, startedAt, stoppedBy, folder, shard, keep = true } = ended;
  const part = shard === undefined ? [] : ['--shard', `${shard.number}/${shard.of}`];
  const result = campaignResult({
    plan,
    slices,
    tally,
    damage,
    startedAt,
    stoppedBy,
    environment: await readEnvironment(),
    interrupted: io.interrupt.aborted,
    reproduce: ['campaign', 'run', folder, ...part],
    replayCommand: (replay) => `${callCommand()} replay ${quoted(join(folder, replay))}`,
  });
  if (keep) writeWholeFile(join(folder, 'summary.json'), `${JSON.stringify(result, undefined, 1)}\n`);
  if (!io.quiet || result.outcome !== 'passed') io.text(campaignText(result, { color: io.color }));
  if (wanted.github) for (const line of githubAnnotations(result.findings)) io.line(line);
  if (wanted.junit !== undefined) writeOutput('--junit', wanted.junit, junitReport([result]));
  if (wanted.html !== undefined) {
    const { htmlReport } = await import('../report/html/pages/report_page.ts');
    writeOutput('--html', wanted.html, htmlReport([result]));
  }
  io.json(result, 1);
  return endingOf(result.outcome);
}
