import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LabError } from '../../../src/platform/error.ts';
import { type Mutant, OWN } from './mutant.ts';

/** The root of the package, from where this file is compiled to. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** What runs and scenarios need of the package, beside what is linked. */
const COPIED = ['package.json', 'dist/src', 'dist/workers', 'test/explore/scenarios', OWN];
/** Dependencies, and the source, which holds the marks of intended races. */
const LINKED = ['node_modules', 'src'];

/** The address of a file of the package, with its query. */
export function packageFile(file: string, root = ROOT): string {
  return new URL(file, pathToFileURL(root.endsWith('/') ? root : `${root}/`)).href;
}

/**
 * Calls `act` with a copy of the package in a temporary folder in which the mutant's bug is planted. A scenario in the copy that
 * imports `framelab` gets the copy's.
 *
 * @throws `InvalidArgs` where the text to be replaced is not there exactly once
 */
export async function withMutant<Result>(
  mutant: Mutant,
  act: (root: string) => Promise<Result>,
): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), `framelab-mutant-${mutant.name}-`));
  try {
    for (const path of COPIED) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      cpSync(join(ROOT, path), join(root, path), {
        recursive: true,
        filter: (source) => !source.endsWith('.d.ts'),
      });
    }
    for (const path of LINKED) symlinkSync(join(ROOT, path), join(root, path));
    const file = join(root, 'dist/src', mutant.file);
    writeFileSync(file, planted(mutant, readFileSync(file, 'utf8')));
    return await act(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The text with the mutant's bug. @throws `InvalidArgs` where what is to be replaced is not there exactly once */
export function planted({ name, file, from, to }: Mutant, text: string): string {
  const times = text.split(from).length - 1;
  if (times !== 1) {
    throw new LabError(
      'InvalidArgs',
      `mutant ${name}: its text is ${times} times in dist/src/${file}, not once`,
    );
  }
  if (linesIn(from) !== linesIn(to)) {
    throw new LabError('InvalidArgs', `mutant ${name}: it changes the number of lines of dist/src/${file}`);
  }
  return text.replace(from, () => to);
}

function linesIn(text: string): number {
  return text.split('\n').length;
}
