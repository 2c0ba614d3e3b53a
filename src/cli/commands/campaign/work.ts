import { availableParallelism } from 'node:os';
import type { Line } from '../../../campaign/ledger/lines.ts';
import { processesFor } from '../../../campaign/pool/width.ts';
import { queueAddress } from '../../../campaign/queue/queue_address.ts';
import { isQueueFailure } from '../../../campaign/queue/queue_engine.ts';
import { QueueWorker } from '../../../campaign/queue/queue_worker.ts';
import { requireSameScenarios, standingIn } from '../../../campaign/standing.ts';
import { LabError } from '../../../platform/error.ts';
import { formatCount, formatMany } from '../../../report/figures/format.ts';
import { defineCommand } from '../../command.ts';
import {
  CAMPAIGN_OUTPUT,
  LOST_AFTER_MS,
  processesOption,
  QUEUE,
  STOPS,
  WAIT_MS,
} from '../../groups/campaign.ts';
import type { Io } from '../../io.ts';
import type { OptionSpecs } from '../../options.ts';

const EVERY_MS = 1000;
/** If the line cannot be overwritten, a new one is written this often. */
const EVERY_LINE_MS = 30_000;

const HOW = {
  queue: { ...QUEUE.queue, help: 'the Redis that `framelab campaign run DIR --queue URL` uses' },
  processes: processesOption(
    `cores over threads; a core each if one slice has more threads than that (${availableParallelism()} cores here)`,
  ),
  'lost-after': { ...QUEUE['lost-after'], help: 'a Redis or a worker that is silent for so long is lost' },
} as const satisfies OptionSpecs;

const ENDS = {
  time: { ...STOPS.time, help: 'take no slice after this time' },
  wait: { ...QUEUE.wait, help: 'leave when no slice came for so long' },
} as const satisfies OptionSpecs;

const OUTPUT = { quiet: CAMPAIGN_OUTPUT.quiet } as const satisfies OptionSpecs;

/** `framelab campaign work`. */
export const workCommand = defineCommand({
  usage: ['DIR --queue URL [options]'],
  about: `
Does slices of a campaign that \`framelab campaign run DIR --queue URL\` hands out, there or on another machine, until the campaign
has ended. DIR is this machine's own copy of the plan, and the scenarios must be the same: only the ids of slices come out of
the queue. What is done is written into DIR and sent through the queue.`,
  operands: { name: 'DIR', least: 1, most: 1 },
  options: { ...HOW, ...ENDS, ...OUTPUT },
  groups: { 'How it works': HOW, 'When it ends': ENDS, Output: OUTPUT },
  examples: ['framelab campaign work night --queue redis://10.0.0.1:6379 --processes 8'],
  endings: {
    ok: 'nothing was found in what was done here',
    found: 'a kind of failure was found here',
    usage: true,
    untrustworthy: 'untrustworthy: the queue was lost',
    interrupted: true,
  },
  async run({ values, operands }, io) {
    const [folder] = operands;
    if (values.queue === undefined) throw new LabError('Usage', '--queue is needed: the URL of a Redis');
    const address = queueAddress(values.queue);
    const { plan } = standingIn([folder]);
    requireSameScenarios(plan);
    const done = new Done(io);
    let failed: LabError | undefined;
    const why = await QueueWorker.work({
      folder,
      plan,
      address,
      processes: values.processes ?? processesFor(plan),
      lostMs: values['lost-after'] ?? LOST_AFTER_MS,
      waitMs: values.wait ?? WAIT_MS,
      timeMs: values.time,
      signal: io.interrupt,
      onLine: (line) => done.see(line),
    }).catch((error: unknown) => {
      if (!isQueueFailure(error)) throw error;
      failed = error;
      return `${error.message}; what was done is in ${folder}`;
    });
    if (failed !== undefined || !io.quiet) io.line(`${done.text}; ${why}`);
    if (done.kinds.size > 0) return 'found';
    if (failed !== undefined) return 'untrustworthy';
    return io.interrupt.aborted ? 'interrupted' : 'ok';
  },
});

/** What this worker did. */
class Done {
  readonly kinds = new Set<string>();
  private readonly io: Io;
  private slices = 0;
  private executions = 0;
  private shownMs = Number.NEGATIVE_INFINITY;

  constructor(io: Io) {
    this.io = io;
  }

  see(line: Line): void {
    if (line.t === 'slice') {
      this.slices++;
      this.executions += line.figures.executions + line.figures.pruned;
      for (const { key } of line.finds) this.kinds.add(key);
      this.show();
    } else if (line.t === 'find' && !this.kinds.has(line.key)) {
      this.kinds.add(line.key);
      this.io.line(`found in ${line.slice}: ${line.finding.verdict}: ${line.finding.message}`);
    }
  }

  private show(): void {
    const now = performance.now();
    if (now - this.shownMs < (this.io.rewrites ? EVERY_MS : EVERY_LINE_MS)) return;
    this.shownMs = now;
    this.io.live(this.text);
  }

  get text(): string {
    const { slices, executions, kinds } = this;
    const found =
      kinds.size === 0 ? 'nothing found' : formatMany(kinds.size, 'kind of failure', 'kinds of failure');
    return `${formatMany(slices, 'slice')} done here, ${formatCount(executions)} schedules, ${found}`;
  }
}
