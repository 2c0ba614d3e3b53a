import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventsOf, type Step } from '../../control/words/trace.ts';
import { LabError } from '../../platform/error.ts';
import { moduleUrl } from '../../platform/module_path.ts';
import { makeFolder, writeWholeFile } from '../../platform/write_file.ts';
import { hmacOf, isOurs } from './authenticity.ts';
import { parseRecording, type Recording, recordingText } from './recording.ts';

/** Where replay files go by themselves. */
export const DIRECTORY = '.framelab';

/** More than the longest schedule takes. */
const FILE_BYTES_MAX = 64 * 2 ** 20;

/** Run-length encodes decisions: one pair for each stretch without a switch. */
export function encodeSchedule(decisions: readonly number[]): number[] {
  const runs: number[] = [];
  for (const thread of decisions) {
    if (runs.length > 0 && runs[runs.length - 2] === thread) runs[runs.length - 1]++;
    else runs.push(thread, 1);
  }
  return runs;
}

/** The choices among events of a schedule; nothing where all came in their order. */
export function someEvents(steps: readonly Step[]): { readonly events?: readonly number[] } {
  const events = eventsOf(steps);
  return events.length === 0 ? {} : { events };
}

/** The decisions, one thread a step. The schedule must have been checked: its lengths are believed. */
export function decodeSchedule(runs: readonly number[]): number[] {
  const decisions: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    for (let n = 0; n < runs[i + 1]; n++) decisions.push(runs[i]);
  }
  return decisions;
}

/**
 * The URL of a scenario given as a path (relative to the working directory) or URL. A query (`?size=3`) is
 * kept: the module finds it in `import.meta.url`.
 */
export function scenarioUrl(scenario: string | URL): string {
  return moduleUrl(scenario);
}

/** The name of a recording's file, made of the scenario's, the verdict and the event hash. */
export function recordingName({ scenario, verdict, eventHash }: Recording): string {
  const name = basename(fileURLToPath(scenario)).replace(/\.[^.]*$/, '');
  return `${name}-${verdict}-${eventHash.slice(0, 8)}.json`;
}

/** The recording as it is kept in a folder: the scenario's path is relative to that. */
function keptIn(folder: string, recording: Recording): Recording {
  const path = relative(resolve(folder), fileURLToPath(recording.scenario));
  const scenario = path + new URL(recording.scenario).search;
  const { program } = recording;
  if (program?.check === undefined) return { ...recording, scenario };
  const check = relative(resolve(folder), fileURLToPath(program.check));
  return { ...recording, scenario, program: { ...program, check } };
}

/**
 * The text of a replay file in a folder, with what tells this user's own files. Only for recordings of schedules that
 * were run here: it says that the user trusts the scenario.
 */
export function ownText(folder: string, recording: Recording, form?: 'lines' | 'line'): string {
  return recordingText(keptIn(folder, recording), form, hmacOf(recording));
}

/** Writes what was found here to a file, whole or not at all; its folder is made. @throws `NotWritten` */
export function writeOwnRecording(recording: Recording, file: string): void {
  writeText(file, ownText(dirname(file), recording));
}

/**
 * Writes a recording to a file, whole or not at all; its folder is made. Wherever it is from: so a replay of it outside
 * the working folder must be allowed.
 *
 * @throws `NotWritten`
 */
export function writeRecording(recording: Recording, file: string): void {
  writeText(file, recordingText(keptIn(dirname(file), recording)));
}

function writeText(file: string, text: string): void {
  makeFolder(dirname(file));
  writeWholeFile(file, text);
}

/**
 * Reads a recording; its scenario is returned as a URL.
 *
 * @throws `Usage` for anything else: another format or version, a field that is missing, unknown, of another type or
 * out of its range, a schedule that is not the recorded one, and whatever its checksum does not fit
 */
export function readRecording(file: string): Recording {
  return readReplayFile(file).recording;
}

/** The same, and whether this user's explore or shrink wrote it here, for that scenario. */
export function readReplayFile(file: string): { readonly recording: Recording; readonly isOurs: boolean } {
  const { recording: written, hmac } = parseRecording(readText(file), file);
  const { scenario } = written;
  const urlOf = (path: string): string =>
    scenarioUrl(isAbsolute(path) ? path : join(dirname(resolve(file)), path));
  const { program } = written;
  const whole = program?.check === undefined ? program : { ...program, check: urlOf(program.check) };
  const recording = { ...written, scenario: urlOf(scenario), ...(whole && { program: whole }) };
  return { recording, isOurs: isOurs(recording, hmac) };
}

function readText(file: string): string {
  try {
    const about = statSync(file);
    if (!about.isFile()) throw new Error('it is no plain file');
    if (about.size > FILE_BYTES_MAX) throw new Error(`it has ${about.size} bytes, more than any replay`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LabError('Usage', `${file} cannot be read as a replay: ${(cause as Error).message}`, { cause });
  }
}
