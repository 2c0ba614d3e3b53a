import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  ensureWritable,
  ensureWritableFolder,
  makeFolder,
  writeWholeFile,
} from '#src/platform/write_file.js';

const folder = mkdtempSync(join(tmpdir(), 'framelab-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function fresh(): string {
  const path = join(folder, `case-${count++}`);
  mkdirSync(path);
  return path;
}

/** The places in which no file can be made, whoever asks: root, too. */
function impossible(): [string, string][] {
  const file = join(fresh(), 'file');
  writeFileSync(file, 'kept');
  const places: [string, string][] = [
    ['below a file', join(file, 'x')],
    ['below a device', '/dev/null/x'],
  ];
  if (process.platform === 'linux') places.push(['in /proc', '/proc/x'], ['deep in /proc', '/proc/x/y/z']);
  return places;
}

/** A file system of some pages, or null where none may be mounted. */
function withSmallDisk(bytes: number, use: (path: string) => void): boolean {
  const path = fresh();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]);
  if (mounted.status !== 0) return false;
  try {
    use(path);
  } finally {
    spawnSync('umount', [path]);
  }
  return true;
}

describe('a whole file or none', () => {
  test('is made, is replaced, and keeps its mode', () => {
    const file = join(fresh(), 'result.json');
    writeWholeFile(file, 'one');
    expect(readFileSync(file, 'utf8')).toBe('one');
    chmodSync(file, 0o666);
    writeWholeFile(file, new Uint8Array([116, 119, 111]));
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(statSync(file).mode & 0o777).toBe(0o666);
  });

  test('takes the place of what a link leads to, not of the link', () => {
    const place = fresh();
    writeFileSync(join(place, 'real'), 'one');
    symlinkSync(join(place, 'real'), join(place, 'link'));
    writeWholeFile(join(place, 'link'), 'two');
    expect(readFileSync(join(place, 'real'), 'utf8')).toBe('two');
    expect(readdirSync(place).sort()).toEqual(['link', 'real']);
  });

  test('a full disk leaves the earlier file whole, and nothing beside it', (context) => {
    const ran = withSmallDisk(16_384, (disk) => {
      const file = join(disk, 'result.json');
      writeWholeFile(file, 'earlier');
      expect(() => writeWholeFile(file, 'x'.repeat(100_000))).toThrow(
        expect.objectContaining({ code: 'NotWritten', message: expect.stringContaining(file) }),
      );
      expect(readFileSync(file, 'utf8')).toBe('earlier');
      expect(readdirSync(disk)).toEqual(['result.json']);
    });
    if (!ran) context.skip('no file system may be mounted here');
  });

  test('a file that is a mount point is written over', (context) => {
    const place = fresh();
    writeFileSync(join(place, 'outside'), 'one');
    writeFileSync(join(place, 'inside'), '');
    const args = ['--bind', join(place, 'outside'), join(place, 'inside')];
    if (spawnSync('mount', args).status !== 0) return context.skip('no file may be mounted here');
    try {
      writeWholeFile(join(place, 'inside'), 'two');
      expect(readFileSync(join(place, 'outside'), 'utf8')).toBe('two');
      expect(readdirSync(place).sort()).toEqual(['inside', 'outside']);
    } finally {
      spawnSync('umount', [join(place, 'inside')]);
    }
  });

  test('what is no plain file is written straight to', () => {
    writeWholeFile('/dev/null', 'gone');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('a place that cannot hold it is named', () => {
    for (const [what, path] of impossible()) {
      expect(() => writeWholeFile(join(path, 'file.json'), 'x'), what).toThrow(
        expect.objectContaining({ code: 'NotWritten' }),
      );
    }
  });
});

describe('asked beforehand', () => {
  test('a good place is left as it was', () => {
    const place = fresh();
    writeFileSync(join(place, 'there'), 'kept');
    ensureWritable(join(place, 'there'));
    ensureWritable(join(place, 'new'));
    ensureWritable('/dev/null');
    ensureWritableFolder(place);
    ensureWritableFolder(join(place, 'a', 'b'));
    expect(readdirSync(place)).toEqual(['there']);
    expect(readFileSync(join(place, 'there'), 'utf8')).toBe('kept');
  });

  test('a place that cannot be written is refused, and nothing hangs', () => {
    for (const [what, path] of impossible()) {
      const refused = expect.objectContaining({ code: 'NotWritten', message: expect.stringContaining(path) });
      expect(() => ensureWritableFolder(path), what).toThrow(refused);
      expect(() => makeFolder(path), what).toThrow(refused);
      expect(() => ensureWritable(path), what).toThrow(refused);
    }
    expect(() => ensureWritable(folder)).toThrow('it is a folder');
    expect(() => ensureWritable(join(folder, 'not-there', 'x'))).toThrow('cannot be written');
    expect(() => ensureWritable(join(folder, 'x'.repeat(300)))).toThrow('ENAMETOOLONG');
    expect(() => ensureWritable('a\0b')).toThrow(expect.objectContaining({ code: 'NotWritten' }));
  });

  test('a full disk is refused for want of room', (context) => {
    const ran = withSmallDisk(4096, (disk) => {
      writeFileSync(join(disk, 'filler'), 'x');
      expect(() => ensureWritableFolder(join(disk, 'a'))).toThrow('there is no room');
      expect(() => ensureWritable(join(disk, 'filler'))).toThrow('there is no room');
      expect(readdirSync(disk)).toEqual(['filler']);
    });
    if (!ran) context.skip('no file system may be mounted here');
  });
});

test('folders are made one below the other, and may be there already', () => {
  const place = fresh();
  makeFolder(join(place, 'a', 'b', 'c'));
  makeFolder(join(place, 'a', 'b', 'c'));
  expect(statSync(join(place, 'a', 'b', 'c')).isDirectory()).toBe(true);
});
