import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failure } from '../../verdicts/failure.ts';
import { bare, type SourceText } from '../replay/places.ts';
import type { Recording } from '../replay/recording.ts';
import { sameFailureSite, siteOf } from '../replay/site.ts';

/** Tells whether a failure of the present code is the recorded one. */
export class SameFailure {
  private readonly recording: Recording;
  private readonly site: readonly SourceText[];

  constructor(recording: Recording) {
    this.recording = recording;
    // A line that was edited since tells nothing apart any more.
    const folder = dirname(fileURLToPath(recording.scenario));
    const site = recording.site ?? [];
    this.site = site.every((line) => isThere(line, folder)) ? site : [];
  }

  /** @param failure with a stack for each step */
  as(failure: Failure): boolean {
    const { verdict, cause, scenario } = this.recording;
    return sameFailureSite({ verdict, site: this.site, cause }, siteOf(failure, scenario));
  }
}

function isThere({ file, text }: SourceText, folder: string): boolean {
  const path = resolve(folder, file);
  if (!existsSync(path)) return false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .some((line) => bare(line).startsWith(bare(text)));
}
