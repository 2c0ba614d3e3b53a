import { slicesOf } from '../../../campaign/plan/plan.ts';
import { standingIn } from '../../../campaign/standing.ts';
import { tellCampaign } from '../../campaign_told.ts';
import { defineCommand } from '../../command.ts';
import { CAMPAIGN_OUTPUT } from '../../groups/campaign.ts';

/** `framelab campaign status`. */
export const statusCommand = defineCommand({
  usage: ['DIR [options]'],
  about: `
Says how far a campaign is by what its workers have written so far: also while it runs, and wherever its folder can be read.`,
  operands: { name: 'DIR', least: 1, most: 1 },
  options: { json: CAMPAIGN_OUTPUT.json, quiet: CAMPAIGN_OUTPUT.quiet },
  groups: { Output: { json: CAMPAIGN_OUTPUT.json, quiet: CAMPAIGN_OUTPUT.quiet } },
  endings: { ok: 'nothing was found so far', found: 'a kind of failure was found', usage: true },
  async run({ operands }, io) {
    const [folder] = operands;
    const { plan, tally, damage } = standingIn([folder]);
    const { open } = tally;
    if (open.length > 0 && !io.quiet) io.line(`under way, or lost: ${open.join(', ')}`);
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
