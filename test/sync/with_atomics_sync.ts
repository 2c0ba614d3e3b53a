import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

// The real package is not in every registry. From here on the working directory is one where a package of the
// same shape is installed, in this process and in the workers that it starts.
const home = process.cwd();
const directory = mkdtempSync(join(tmpdir(), 'framelab-atomics-sync-'));
const fake = fileURLToPath(new URL('./fake_atomics_sync', import.meta.url));
cpSync(fake, join(directory, 'node_modules', 'atomics-sync'), { recursive: true });
process.chdir(directory);

afterAll(() => {
  process.chdir(home);
  rmSync(directory, { recursive: true });
});
