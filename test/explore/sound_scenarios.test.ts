import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FOLDERS, pathOf } from './sound_scenarios.ts';

// No scenario is left out of the long test by mistake: each is named as sound, as one in which something is found,
// or as a part of others.

describe.each(FOLDERS)('every scenario of $folder', ({ folder, sound, found, parts }) => {
  const inList = (list: readonly string[], file: string): boolean =>
    list.some((entry) => (entry.endsWith('/') ? file.startsWith(entry) : file === entry));
  const soundFiles = sound.map(({ file }) => file);

  it('is in a list of sound_scenarios.ts', () => {
    const files = readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.[cm]?[jt]s$/.test(file),
    );
    expect(files.length).toBeGreaterThan(10);
    const listed = [soundFiles, found, parts];
    expect(files.filter((file) => !listed.some((list) => inList(list, file)))).toEqual([]);
  });

  it('and every name of a sound one is a file', () => {
    const missing = [...soundFiles, ...parts].filter((file) => !existsSync(join(pathOf(folder), file)));
    expect(missing).toEqual([]);
  });
});
