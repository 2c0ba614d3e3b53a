import { readFileSync } from 'node:fs';
import { assertString, causeText } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { filePath } from '../../platform/module_path.ts';
import { parseMemoryMap } from './memory_map.ts';
import type { MemoryRegion } from './memory_region.ts';

/**
 * Reads a memory map from a JSON file; see `parseMemoryMap`. Apart from it, because a browser has no files.
 *
 * @throws `InvalidArgs` if the file cannot be read or holds no memory map.
 */
export function loadMemoryMap(path: string): MemoryRegion[] {
  assertString(path, 'path of a memory map');
  let text: string;
  try {
    text = readFileSync(filePath(path), 'utf8');
  } catch (cause) {
    throw new LabError('InvalidArgs', `memory map ${path}: cannot be read: ${causeText(cause)}`, {
      cause,
    });
  }
  return parseMemoryMap(text, path);
}
