import { type Plan, slicesOf } from '../../../campaign/plan/plan.ts';
import { queueAddress } from '../../../campaign/queue/queue_address.ts';
import { countsIn } from '../../../campaign/queue/slice_queue.ts';
import { standingIn } from '../../../campaign/standing.ts';
import { formatMany } from '../../../report/figures/format.ts';
import { tellCampaign } from '../../campaign_told.ts';
import { defineCommand } from '../../command.ts';
import { CAMPAIGN_OUTPUT, LOST_AFTER_MS, QUEUE } from '../../groups/campaign.ts';
import type { OptionSpecs } from '../../options.ts';

const WHERE = {
  queue: { ...QUEUE.queue, help: 'also say what waits in this Redis, and how many work on it' },
} as const satisfies OptionSpecs;
const OUTPUT = {
  json: CAMPAIGN_OUTPUT.json,
  quiet: CAMPAIGN_OUTPUT.quiet,
} as const satisfies OptionSpecs;

/** `framelab campaign status`. */
export const statusCommand = defineCommand({
  usage: ['DIR [options]'],
  about: `
Says how far a campaign is by what its workers have written so far: also while it runs, and wherever its folder can be read.`,
  operands: { name: 'DIR', least: 1, most: 1 },
  options: { ...WHERE, ...OUTPUT },
  groups: { Output: OUTPUT },
  endings: {
    ok: 'nothing was found so far',
    found: 'a kind of failure was found',
    usage: true,
    untrustworthy: 'untrustworthy: the queue was lost',
  },
  async run({ values, operands }, io) {
    const [folder] = operands;
    const { plan, tally, damage } = standingIn([folder]);
    const { open } = tally;
    if (open.length > 0 && !io.quiet) io.line(`under way, or lost: ${open.join(', ')}`);
    if (values.queue !== undefined && !io.quiet) io.line(await queueText(plan, values.queue));
    const stoppedBy = 'not all slices are done yet';
    const slices = slicesOf(plan);
    const startedAt = new Date().toISOString();
    const ending = await tellCampaign(
      { plan, slices, tally, damage, startedAt, stoppedBy, folder, keep: false },
      {},
      io,
    );
    return ending === 'found' ? 'found' : 'ok';
  },
});

async function queueText(plan: Plan, url: string): Promise<string> {
  const address = queueAddress(url);
  const { waiting, underWay, workers } = await countsIn(address, LOST_AFTER_MS, plan);
  return `queue ${address.shown}: ${formatMany(waiting, 'slice')} waiting, ${underWay} under way, ${formatMany(workers, 'worker')}`;
}
