import { type ReplayResult, replay } from '../../explore/replay/replay.ts';
import { defineCommand } from '../command.ts';
import { TRUST } from '../groups/exploring.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import { endingOfReplay, replayAsJson, replayText } from '../replay_output.ts';

const TIMES_MAX = 1_000_000;
/** How often progress is reported. */
const TELL_MS = 1000;

/** `framelab replay`. */
export const replayCommand = defineCommand({
  usage: ['FILE [options]'],
  about: `
Runs the schedule of a replay file again and prints its interleaving.

This runs the scenario that the file names, with your rights: replay files only from where you would take code.`,
  operands: { name: 'FILE', least: 1, most: 1 },
  options: {
    times: { kind: 'whole', min: 1, max: TIMES_MAX, help: 'how often it is run', default: 1 },
    ...TRUST,
    print: { kind: 'switch', help: 'let the scenario print' },
    json: BARE_OUTPUT.json,
    quiet: { ...BARE_OUTPUT.quiet, help: 'print no interleaving' },
  },
  groups: { Output: BARE_OUTPUT },
  examples: ['framelab replay .framelab/counter-check-a3d9d324.json --times 10'],
  endings: {
    ok: 'the schedule was followed, and no longer fails',
    found: 'it fails as recorded',
    usage: 'usage, or a damaged file',
    untrustworthy: 'untrustworthy: it fails in another way than recorded, or could not be followed',
    crashed: 'a worker could not be started, or ended',
    interrupted: true,
  },
  async run({ values, operands: [file] }, io) {
    const options = { print: values.print, allowOutside: values['allow-outside'] };
    const times = values.times ?? 1;
    const { interrupt } = io;
    const startedAt = new Date().toISOString();
    const replays = { times, reproduced: 0, failed: 0, passed: 0 };
    let last: ReplayResult;
    let done = 0;
    let toldMs = performance.now();
    do {
      last = await replay(file, options);
      done++;
      if (last.reproduced) replays.reproduced++;
      if (last.failure !== undefined) replays.failed++;
      else if (last.followed) replays.passed++;
      if (performance.now() - toldMs > TELL_MS && done < times) {
        toldMs = performance.now();
        io.live(`${done} of ${times} times replayed, ${replays.reproduced} reproduced`);
      }
    } while (done < times && !interrupt.aborted);
    const replayed = {
      file,
      startedAt,
      replays: { ...replays, times: done },
      last,
      interrupted: done < times,
    };
    io.line(replayText(replayed, io.quiet));
    if (values.json !== undefined) io.json(await replayAsJson(replayed), 1);
    return endingOfReplay(replayed);
  },
});
