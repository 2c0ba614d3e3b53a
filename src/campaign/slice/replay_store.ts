import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from '../../explore/replay/recording.ts';
import { writeOwnRecording, writeRecording } from '../../explore/replay/replay_file.ts';
import { makeFolder } from '../../platform/write_file.ts';

const FOLDER = 'replays';
const KEY = /^[0-9a-f]{12}$/;
/** More replays of one kind of failure are not kept. */
const KEPT_MAX = 5;

/** Whether a text can be the key of a kind of failure, and so the name of a folder. */
export function isKindKey(text: string): boolean {
  return KEY.test(text);
}

/** The replay files of a campaign: a folder for each kind of failure, and a file for each of its executions. */
export class ReplayStore {
  private readonly folder: string;

  /** @param folder the campaign's */
  constructor(folder: string) {
    this.folder = join(folder, FOLDER);
  }

  /** A folder for what a search writes while it runs. @throws `NotWritten` */
  temporary(): string {
    makeFolder(this.folder);
    return mkdtempSync(join(this.folder, '.slice-'));
  }

  remove(temporary: string): void {
    rmSync(temporary, { recursive: true, force: true });
  }

  /**
   * Keeps a replay, whole or not at all: two workers that find the same write the same.
   *
   * @param from `here`: this user has just run it; `elsewhere`: another machine did
   * @returns its path, or of one like it, from the campaign's folder
   * @throws `NotWritten`
   */
  keep(key: string, recording: Recording, from: 'here' | 'elsewhere'): string {
    const kept = namesIn(join(this.folder, key));
    const name = kept.length < KEPT_MAX ? `${recording.eventHash}.json` : kept[0];
    if (!kept.includes(name)) {
      const write = from === 'here' ? writeOwnRecording : writeRecording;
      write(recording, join(this.folder, key, name));
    }
    return pathOf(key, name);
  }

  /** The path of a replay of that kind from the campaign's folder: that one, if it is here. Null if there is none. */
  pathOfOne(key: string, rather: string | null): string | null {
    const paths = namesIn(join(this.folder, key)).map((name) => pathOf(key, name));
    return paths.find((path) => path === rather) ?? paths[0] ?? null;
  }

  /** Every replay, and the kind that it is of. */
  get all(): { readonly key: string; readonly file: string }[] {
    return foldersIn(this.folder).flatMap((key) =>
      namesIn(join(this.folder, key)).map((name) => ({ key, file: join(this.folder, key, name) })),
    );
  }
}

function pathOf(key: string, name: string): string {
  return `${FOLDER}/${key}/${name}`;
}

function foldersIn(folder: string): string[] {
  return readNames(folder).filter(isKindKey);
}

function namesIn(folder: string): string[] {
  return readNames(folder).filter((name) => name.endsWith('.json'));
}

/** Sorted; none where there is no such folder. */
function readNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
