// A lost update whose setup spoils the place where the replay file will go, after it was tried: `file` in the query gets
// a plain file in its way, `disk` is filled up.
import { existsSync, writeFileSync } from 'node:fs';
import { check, setup as setUp, thread } from './lost-update.mjs';

const { searchParams } = new URL(import.meta.url);

export { check, thread };

export function setup(options) {
  const file = searchParams.get('file');
  if (file !== null && !existsSync(file)) writeFileSync(file, '');
  const disk = searchParams.get('disk');
  if (disk !== null) fill(disk);
  return setUp(options);
}

function fill(disk) {
  for (let bytes = 4096; bytes >= 1; bytes = Math.floor(bytes / 8)) {
    try {
      for (let i = 0; ; i++) writeFileSync(`${disk}/filler-${bytes}-${i}`, 'x'.repeat(bytes), { flag: 'wx' });
    } catch {
      // Full, for files of that size, or filled before.
    }
  }
}
