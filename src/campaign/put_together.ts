import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Recording } from '../explore/replay/recording.ts';
import { readRecording } from '../explore/replay/replay_file.ts';
import { LabError } from '../platform/error.ts';
import { makeFolder } from '../platform/write_file.ts';
import type { Plan } from './plan/plan.ts';
import { writePlan } from './plan/plan_file.ts';
import { recordingHere } from './slice/recording_here.ts';
import { ReplayStore } from './slice/replay_store.ts';

/**
 * Copies the parts of a campaign into one folder: the plan, every worker's lines, and replays, which then name the scenarios of this
 * machine.
 *
 * @throws `Usage`, `NotWritten`
 */
export function putTogether(folders: readonly string[], into: string, plan: Plan): void {
  writePlan(into, plan);
  const others = folders.filter((folder) => resolve(folder) !== resolve(into));
  for (const folder of others) {
    copyLines(folder, into);
    copyReplays(folder, into, plan);
  }
}

/** Names of files are unique among workers, so that what is there already is the same, or older. */
function copyLines(folder: string, into: string): void {
  const from = join(folder, 'results');
  if (!existsSync(from)) return;
  makeFolder(join(into, 'results'));
  for (const name of readdirSync(from)) {
    if (!name.endsWith('.jsonl')) continue;
    try {
      copyFileSync(join(from, name), join(into, 'results', name));
    } catch (cause) {
      throw new LabError('NotWritten', `${name}: ${(cause as Error).message}`, { cause });
    }
  }
}

/** One that cannot be read is left out: the lines say what was found all the same. */
function copyReplays(folder: string, into: string, plan: Plan): void {
  const store = new ReplayStore(into);
  for (const { key, file } of new ReplayStore(folder).all) {
    const recording = recordingIn(file);
    const here = recording && recordingHere(recording, plan);
    if (here !== undefined) store.keep(key, here, 'elsewhere');
  }
}

function recordingIn(file: string): Recording | undefined {
  try {
    return readRecording(file);
  } catch {
    return undefined;
  }
}
