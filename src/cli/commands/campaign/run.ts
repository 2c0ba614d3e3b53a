import { availableParallelism } from 'node:os';
import { runCampaign } from '../../../campaign/campaign.ts';
import type { Engine } from '../../../campaign/engine.ts';
import { type Plan, type Shard, slicesOfShard } from '../../../campaign/plan/plan.ts';
import { LocalPool } from '../../../campaign/pool/local_pool.ts';
import { processesFor } from '../../../campaign/pool/width.ts';
import { queueAddress } from '../../../campaign/queue/queue_address.ts';
import { isQueueFailure, QueueEngine } from '../../../campaign/queue/queue_engine.ts';
import { requireSameScenarios, standingIn } from '../../../campaign/standing.ts';
import { StopRules } from '../../../campaign/stop_rules.ts';
import { LabError } from '../../../platform/error.ts';
import { CampaignProgress } from '../../campaign_progress.ts';
import { tellCampaign } from '../../campaign_told.ts';
import { defineCommand } from '../../command.ts';
import {
  CAMPAIGN_OUTPUT,
  LOST_AFTER_MS,
  processesOption,
  QUEUE,
  SHARD,
  STOPS,
  WAIT_MS,
} from '../../groups/campaign.ts';
import type { Io } from '../../io.ts';
import type { Given, OptionSpecs } from '../../options.ts';
import { requireWritable } from '../../output.ts';

const HOW = {
  processes: processesOption(
    `cores over threads; a core each if one slice has more threads than that (${availableParallelism()} cores here); with --queue none, workers do it`,
  ),
  ...SHARD,
  ...QUEUE,
} as const satisfies OptionSpecs;

const OPTIONS = { ...HOW, ...STOPS, ...CAMPAIGN_OUTPUT };

/** `framelab campaign run`. */
export const runCampaignCommand = defineCommand({
  usage: ['DIR [options]'],
  about: `
Does the slices of a campaign's plan that are not done yet, with processes of this machine, and reports what came of all of it.
It can be stopped and run again at any time: what is done is done. The first Ctrl-C ends the slices that are under way, and
keeps what they found. With --queue the slices are handed out through a Redis to \`framelab campaign work\` on any machine, and
what was done comes back the same way; with --processes, too, this machine helps.`,
  operands: { name: 'DIR', least: 1, most: 1 },
  options: OPTIONS,
  groups: { 'How it is run': HOW, 'When it ends': STOPS, Output: CAMPAIGN_OUTPUT },
  examples: [
    'framelab campaign run night --time 8h',
    'framelab campaign run night --shard 2/4 --quiet',
    'framelab campaign run night --queue redis://127.0.0.1:6379',
  ],
  endings: {
    ok: 'nothing was found in what was done',
    found: 'a kind of failure was found',
    usage: true,
    untrustworthy:
      'untrustworthy: a slice could not be done, or gave two different results; or the queue was lost',
    crashed: true,
    interrupted: true,
  },
  async run({ values, operands }, io) {
    const [folder] = operands;
    requireWritable('--junit', values.junit);
    requireWritable('--html', values.html);
    const { plan, tally, damage } = standingIn([folder]);
    requireSameScenarios(plan);
    const shard = values.shard as Shard | undefined;
    const slices = slicesOfShard(plan, shard);
    const startedAt = new Date().toISOString();
    const engine = await engineFor(folder, plan, values, io);
    const rules = new StopRules({
      timeMs: values.time,
      executions: values.schedules,
      failures: values.failures,
      nothingNewMs: values['until-new'],
    });
    const progress = new CampaignProgress(io, slices, tally);
    const onLine = progress.see.bind(progress);
    const doubts: string[] = [];
    try {
      const { interrupt: signal } = io;
      const run = { folder, plan, slices, tally, engine, rules, signal, onLine };
      const stoppedBy = await runCampaign(run).catch((error: unknown) => {
        if (!isQueueFailure(error)) throw error;
        // What was done is told all the same; what is missing is not for a good reason.
        doubts.push(error.message);
        return undefined;
      });
      return await tellCampaign(
        { plan, slices, tally, damage: [...damage, ...doubts], startedAt, stoppedBy, folder, shard },
        values,
        io,
      );
    } finally {
      progress.end();
      await engine.close();
    }
  },
});

/** What hands the slices out. */
async function engineFor(
  folder: string,
  plan: Plan,
  values: Given<typeof OPTIONS>['values'],
  io: Io,
): Promise<Engine> {
  const { processes, queue, shard } = values;
  if (queue === undefined) {
    if ((values['lost-after'] ?? values.wait) !== undefined)
      throw new LabError('Usage', '--lost-after and --wait are for a --queue');
    return new LocalPool(folder, plan, processes ?? processesFor(plan));
  }
  if (shard !== undefined)
    throw new LabError('Usage', '--shard and --queue: give one of them, both share the slices out');
  return QueueEngine.open({
    folder,
    plan,
    address: queueAddress(queue),
    lostMs: values['lost-after'] ?? LOST_AFTER_MS,
    waitMs: values.wait ?? WAIT_MS,
    processes: processes ?? 0,
    tell: (text) => io.note(text),
  });
}
