import { join } from 'node:path';
import { BOUNDS } from '../../explore/options/bounds.ts';
import { NEARBY, type ReplayResult, replay } from '../../explore/regress/replay.ts';
import { type Replayed, replayAll } from '../../explore/regress/suite.ts';
import type { Recording } from '../../explore/replay/recording.ts';
import { DIRECTORY, recordingName, writeOwnRecording } from '../../explore/replay/replay_file.ts';
import { LabError } from '../../platform/error.ts';
import { isFolder } from '../../platform/is_folder.ts';
import { defineCommand } from '../command.ts';
import type { Ending } from '../exit_codes.ts';
import { TRUST } from '../groups/exploring.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import type { Io } from '../io.ts';
import type { Given, OptionSpecs } from '../options.ts';
import { requireWritable } from '../output.ts';
import { endingOfReplay, newRecordingText, replayAsJson, replayText } from '../replay_output.ts';
import { writeReplayPage } from '../replay_page.ts';
import { endingOfSuite, suiteAsJson, suiteLine, suiteSummary } from '../suite_output.ts';

const TIMES_MAX = 1_000_000;
/** How often progress is reported. */
const TELL_MS = 1000;

const OUTPUT = {
  html: { kind: 'text', value: 'FILE', help: 'write the interleaving of the last run as an HTML page' },
  json: BARE_OUTPUT.json,
  quiet: { ...BARE_OUTPUT.quiet, help: 'print no interleaving' },
} as const satisfies OptionSpecs;

const OPTIONS = {
  times: { kind: 'whole', min: 1, max: TIMES_MAX, help: 'how often a FILE is run', default: 1 },
  nearby: {
    kind: 'whole',
    min: BOUNDS.schedules[0],
    max: BOUNDS.schedules[1],
    help: 'schedules to run near one that no longer fails, before it is called fixed',
    default: NEARBY,
  },
  update: {
    kind: 'switch',
    help: 'where a schedule of the present code fails instead, write that over the replay file',
  },
  ...TRUST,
  print: { kind: 'switch', help: 'let the scenario print' },
  ...OUTPUT,
} as const satisfies OptionSpecs;

/** `framelab replay`. */
export const replayCommand = defineCommand({
  usage: ['FILE [options]', 'DIR [options]'],
  about: `
Says of a replay file whether what it shows is still there: runs its schedule again, and prints its interleaving. Where
the code has changed, the schedule is followed by its places in the source, and searched nearby. The answer is
"still fails", "fixed", or "no longer applies". Of a folder, all replay files are run, a line each.

This runs the scenario that the file names, with your rights: replay files only from where you would take code.`,
  operands: { name: 'FILE|DIR', least: 1, most: 1 },
  options: OPTIONS,
  groups: { Output: OUTPUT },
  examples: [
    'framelab replay .framelab/counter-check-a3d9d324.json --times 10',
    'framelab replay test/replays',
  ],
  endings: {
    ok: 'fixed: the schedule was followed, and neither it nor those nearby fail',
    found: 'it still fails; of a folder, one of its files',
    usage: 'usage, or a damaged file',
    untrustworthy: 'it no longer applies: the schedule could not be followed, or fails in another way',
    crashed: 'a worker could not be started, or ended',
    interrupted: true,
  },
  run: (given, io) => (isFolder(given.operands[0]) ? replayFolder(given, io) : replayOne(given, io)),
});

type ReplayGiven = Given<typeof OPTIONS>;

function replayOptions({ values }: ReplayGiven) {
  return { print: values.print, nearby: values.nearby, allowOutside: values['allow-outside'] };
}

async function replayOne(given: ReplayGiven, io: Io): Promise<Ending> {
  const { values, operands } = given;
  const [file] = operands;
  const times = values.times ?? 1;
  const { interrupt } = io;
  requirePage(values.html);
  const startedAt = new Date().toISOString();
  const replays = { times, reproduced: 0, failed: 0, passed: 0, stillFails: 0 };
  let last: ReplayResult;
  let done = 0;
  let toldMs = performance.now();
  do {
    last = await replay(file, replayOptions(given));
    done++;
    if (last.reproduced) replays.reproduced++;
    if (last.answer === 'still fails') replays.stillFails++;
    if (last.failure !== undefined) replays.failed++;
    else if (last.answer === 'fixed') replays.passed++;
    if (performance.now() - toldMs > TELL_MS && done < times) {
      toldMs = performance.now();
      io.live(`${done} of ${times} times replayed, ${replays.reproduced} reproduced`);
    }
  } while (done < times && !interrupt.aborted);
  const newFile = keepNew(last, file, values.update === true, io);
  const interrupted = done < times;
  const replayed = { file, startedAt, replays: { ...replays, times: done }, last, newFile, interrupted };
  io.line(replayText(replayed, io.quiet));
  if (newFile !== undefined) io.line(newRecordingText(newFile, last));
  if (values.html !== undefined) io.line(writeReplayPage(values.html, file, last));
  if (values.json !== undefined) io.json(await replayAsJson(replayed), 1);
  return endingOfReplay(replayed);
}

function requirePage(file: string | undefined): void {
  if (file === '-') throw new LabError('Usage', "--html '-': a page goes into a file");
  requireWritable('--html', file);
}

async function replayFolder(given: ReplayGiven, io: Io): Promise<Ending> {
  const [folder] = given.operands;
  if (given.values.html !== undefined)
    throw new LabError('Usage', '--html: a page shows one file, not a folder');
  if (given.values.times !== undefined) throw new LabError('Usage', '--times: for one file, not a folder');
  const onReplayed = (replayed: Replayed): void => {
    io.line(suiteLine(replayed));
    const { file, result } = replayed;
    const newFile = result && keepNew(result, file, given.values.update === true, io);
    if (result !== undefined && newFile !== undefined) io.line(`  ${newRecordingText(newFile, result)}`);
  };
  const suite = await replayAll(folder, { ...replayOptions(given), onReplayed, signal: io.interrupt });
  io.line(suiteSummary(suite));
  io.json(suiteAsJson(suite), 1);
  return suite.notRun.length > 0 ? 'interrupted' : endingOfSuite(suite);
}

/** Keeps the failing schedule of the present code; the file that was written, if any. */
function keepNew(
  { newRecording }: { readonly newRecording: Recording | undefined },
  file: string,
  update: boolean,
  io: Io,
): string | undefined {
  if (newRecording === undefined) return undefined;
  const target = update ? file : join(DIRECTORY, recordingName(newRecording));
  try {
    writeOwnRecording(newRecording, target);
    return target;
  } catch (error) {
    io.complain((error as Error).message);
    return undefined;
  }
}
