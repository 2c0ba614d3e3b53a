import { availableParallelism } from 'node:os';
import { runCampaign } from '../../../campaign/campaign.ts';
import { type Shard, slicesOfShard } from '../../../campaign/plan/plan.ts';
import { LocalPool } from '../../../campaign/pool/local_pool.ts';
import { processesFor } from '../../../campaign/pool/width.ts';
import { requireSameScenarios, standingIn } from '../../../campaign/standing.ts';
import { StopRules } from '../../../campaign/stop_rules.ts';
import { CampaignProgress } from '../../campaign_progress.ts';
import { tellCampaign } from '../../campaign_told.ts';
import { defineCommand } from '../../command.ts';
import { CAMPAIGN_OUTPUT, SHARD, STOPS } from '../../groups/campaign.ts';
import type { OptionSpecs } from '../../options.ts';
import { requireWritable } from '../../output.ts';

const PROCESSES_MAX = 1024;

const HOW = {
  processes: {
    kind: 'whole',
    short: 'p',
    min: 1,
    max: PROCESSES_MAX,
    help: 'slices at the same time, each in a process of its own',
    default: `cores over threads, at least 1 (${availableParallelism()} cores here)`,
  },
  ...SHARD,
} as const satisfies OptionSpecs;

const OPTIONS = { ...HOW, ...STOPS, ...CAMPAIGN_OUTPUT };

/** `framelab campaign run`. */
export const runCampaignCommand = defineCommand({
  usage: ['DIR [options]'],
  about: `
Does the slices of a campaign's plan that are not done yet, with processes of this machine, and reports what came of all of it.
It can be stopped and run again at any time: what is done is done. The first Ctrl-C ends the slices that are under way, and
keeps what they found.`,
  operands: { name: 'DIR', least: 1, most: 1 },
  options: OPTIONS,
  groups: { 'How it is run': HOW, 'When it ends': STOPS, Output: CAMPAIGN_OUTPUT },
  examples: ['framelab campaign run night --time 8h', 'framelab campaign run night --shard 2/4 --quiet'],
  endings: {
    ok: 'nothing was found in what was done',
    found: 'a kind of failure was found',
    usage: true,
    untrustworthy: 'untrustworthy: a slice could not be done, or gave two different results',
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
    const engine = new LocalPool(folder, values.processes ?? processesFor(plan));
    const rules = new StopRules({
      timeMs: values.time,
      executions: values.schedules,
      failures: values.failures,
      nothingNewMs: values['until-new'],
    });
    const progress = new CampaignProgress(io, slices, tally);
    try {
      const onLine = progress.see.bind(progress);
      const stoppedBy = await runCampaign({
        folder,
        plan,
        slices,
        tally,
        engine,
        rules,
        signal: io.interrupt,
        onLine,
      });
      return await tellCampaign(
        { plan, slices, tally, damage, startedAt, stoppedBy, folder, shard },
        values,
        io,
      );
    } finally {
      progress.end();
      await engine.close();
    }
  },
});
