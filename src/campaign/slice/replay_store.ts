import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from '../../explore/replay/recording.ts';
import { writeOwnRecording } from '../../explore/replay/replay_file.ts';
import { makeFolder } from '../../platform/write_file.ts';

const FOLDER = 'replays';
/** More replays of one kind of failure are not kept. */
const KEPT_MAX = 5;

/** The replay files of a campaign: a folder for each kind of failure, and a file for each of its executions. */
export class ReplayStore {
  private readonly folder: string;

  /** @param folder the campaign's */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** A folder for what a search writes while it runs. @throws `NotWritten` */
  temporary(): string {
    makeFolder(join(this.folder, FOLDER));
    return mkdtempSync(join(this.folder, FOLDER, '.slice-'));
  }

  remove(temporary: string): void {
    rmSync(temporary, { recursive: true, force: true });
  }

  /** Keeps a replay, whole or not at all; two workers that find the same write the same. Its path from the campaign's folder. @throws `NotWritten` */
  keep(key: string, recording: Recording): string {
    const path = `${FOLDER}/${key}/${recording.eventHash}.json`;
    const kept = this.keptOf(key);
    if (kept.length >= KEPT_MAX) return `${FOLDER}/${key}/${kept[0]}`;
    writeOwnRecording(recording, join(this.folder, path));
    return path;
  }

  private keptOf(key: string): string[] {
    try {
      return readdirSync(join(this.folder, FOLDER, key))
        .filter((name) => name.endsWith('.json'))
        .sort();
    } catch {
      return [];
    }
  }
}
