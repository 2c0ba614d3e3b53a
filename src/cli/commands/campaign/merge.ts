import { slicesOf } from '../../../campaign/plan/plan.ts';
import { putTogether } from '../../../campaign/put_together.ts';
import { standingIn } from '../../../campaign/standing.ts';
import { ensureWritableFolder } from '../../../platform/write_file.ts';
import { tellCampaign } from '../../campaign_told.ts';
import { defineCommand } from '../../command.ts';
import { CAMPAIGN_OUTPUT } from '../../groups/campaign.ts';
import type { OptionSpecs } from '../../options.ts';
import { requireWritable } from '../../output.ts';

const OUTPUT = {
  output: {
    kind: 'text',
    short: 'o',
    value: 'DIR',
    help: 'a folder for all of it: plan, lines, replays, summary',
    default: 'the first DIR',
  },
  partial: { kind: 'switch', help: 'slices that are missing are no reason to doubt' },
  ...CAMPAIGN_OUTPUT,
} as const satisfies OptionSpecs;

/** `framelab campaign merge`. */
export const mergeCommand = defineCommand({
  usage: ['DIR... [options]'],
  about: `
Puts together what several machines did of the same plan, as their folders say. A slice counts once, however many did it; the
order of the folders does not matter. A slice that nobody did makes the result unproved, unless --partial is given.`,
  operands: { name: 'DIR', least: 1, most: Number.POSITIVE_INFINITY },
  options: OUTPUT,
  groups: { Output: OUTPUT },
  examples: [
    'framelab campaign merge shard-1 shard-2 shard-3 -o all --junit campaign.xml --html campaign.html',
  ],
  endings: {
    ok: 'everything was done, and nothing was found',
    found: 'a kind of failure was found',
    usage: true,
    untrustworthy: 'untrustworthy: slices are missing, could not be done, or gave two different results',
  },
  async run({ values, operands }, io) {
    const folder = values.output ?? operands[0];
    requireWritable('--junit', values.junit);
    requireWritable('--html', values.html);
    ensureWritableFolder(folder);
    const startedAt = new Date().toISOString();
    const { plan, tally, damage } = standingIn(operands);
    if (operands.length > 1 || values.output !== undefined) putTogether(operands, folder, plan);
    const stoppedBy = values.partial ? 'what was done by then was put together' : undefined;
    const slices = slicesOf(plan);
    return tellCampaign({ plan, slices, tally, damage, startedAt, stoppedBy, folder }, values, io);
  },
});
