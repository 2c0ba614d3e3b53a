import { assertString, causeText, shown as shownValue } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { formatBytes, parseBytes } from '../../platform/units.ts';
import { hex, PAGE_SIZE } from '../page.ts';
import { MEMORY_REGION_TYPE_NAMES, MemoryRegion, MemoryRegionType, PADDR_MAX } from './memory_region.ts';
import { intoNonOverlapping } from './non_overlapping.ts';

/** Regions that a memory map may list. OSTD's `MAX_REGIONS`. */
export const MAX_REGIONS = 512;

/** A memory map by name, for any amount of memory. */
export interface MemoryMapPreset {
  readonly name: string;
  /** One line for `framelab list`. */
  readonly description: string;
  /** The least memory it can be built for, bytes. */
  readonly sizeMin: number;
  /** The regions, in order and not overlapping. */
  build(size: number): MemoryRegion[];
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

const SMALL: MemoryMapPreset = {
  name: 'small',
  description: 'one usable region from address 0: no holes, for machines from a few frames up',
  sizeMin: PAGE_SIZE,
  build: (size) => [MemoryRegion.usable(0, size)],
};

// After the e820 map of a PC: 640 KiB, the BIOS's data area at their end, the legacy hole up to 1 MiB, ACPI's
// tables at the end of low memory, the PCI hole from 3 to 4 GiB, and what it displaced above 4 GiB.
const PC: MemoryMapPreset = {
  name: 'pc',
  description: 'a PC: legacy hole below 1 MiB, ACPI tables, PCI hole from 3 to 4 GiB, the rest above 4 GiB',
  sizeMin: 2 * MIB,
  build: (size) => {
    const lowEnd = Math.min(size, 3 * GIB);
    const acpi = lowEnd - 128 * 1024;
    const regions = [
      MemoryRegion.usable(0, 0x9fc00),
      MemoryRegion.reserved(0x9fc00, 0x400),
      MemoryRegion.reserved(0xa0000, 0x60000),
      MemoryRegion.usable(0x100000, acpi - 0x100000),
      new MemoryRegion(acpi, 64 * 1024, MemoryRegionType.Reclaimable),
      new MemoryRegion(acpi + 64 * 1024, 64 * 1024, MemoryRegionType.NonVolatileSleep),
    ];
    if (size > lowEnd) {
      regions.push(MemoryRegion.reserved(3 * GIB, GIB), MemoryRegion.usable(4 * GIB, size - lowEnd));
    }
    return intoNonOverlapping(regions);
  },
};

/** The memory maps that can be asked for by name. */
export const MEMORY_MAP_PRESETS: readonly MemoryMapPreset[] = [SMALL, PC];

/**
 * Builds the memory map of that name for a given amount of memory.
 *
 * @param size bytes of memory, a multiple of `PAGE_SIZE`; holes come on top
 * @returns regions as `intoNonOverlapping` gives them
 * @throws `InvalidArgs` for an unknown name, and for a size that the map cannot have.
 */
export function memoryMapPreset(name: string, size: number): MemoryRegion[] {
  const preset = MEMORY_MAP_PRESETS.find((candidate) => candidate.name === name);
  if (preset === undefined) {
    const names = MEMORY_MAP_PRESETS.map((candidate) => candidate.name).join(', ');
    throw new LabError(
      'InvalidArgs',
      `memory map ${shownValue(name)}: must be one of ${names}, or a JSON file's path`,
    );
  }
  if (
    !Number.isSafeInteger(size) ||
    size % PAGE_SIZE !== 0 ||
    size < preset.sizeMin ||
    size > PADDR_MAX / 2
  ) {
    throw new LabError(
      'InvalidArgs',
      `memory of ${shownValue(size)} bytes for the map "${name}": must be a multiple of ${PAGE_SIZE}, from ${formatBytes(preset.sizeMin)} to 4 TiB`,
    );
  }
  return preset.build(size);
}

/**
 * Reads a memory map from JSON text: a list of regions, each with its `base`, one of `length` (or `len`) and
 * `end`, and its `type`; numbers may be given as strings with a unit or in hexadecimal.
 *
 *     [{ "base": 0, "length": "640KiB", "type": "usable" },
 *      { "base": "0xa0000", "end": "1MiB", "type": "reserved" }]
 *
 * Regions may overlap and be unaligned: the result is what `intoNonOverlapping` makes of them.
 *
 * @param source what to call the text in messages: a file's path
 * @throws `InvalidArgs`, naming the entry, the value and what is allowed, for text that is not such a list, and for a
 *   list that is empty, longer than `MAX_REGIONS`, or without a usable frame.
 */
export function parseMemoryMap(text: string, source = 'memory map'): MemoryRegion[] {
  assertString(text, 'memory map');
  assertString(source, 'name of the memory map');
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (cause) {
    throw new LabError('InvalidArgs', `${source}: no valid JSON: ${causeText(cause)}`, { cause });
  }
  if (!Array.isArray(entries)) {
    throw new LabError('InvalidArgs', `${source}: must be a list of regions, is ${shown(entries)}`);
  }
  if (entries.length === 0) {
    throw new LabError('InvalidArgs', `${source}: is empty; it must list at least one usable region`);
  }
  if (entries.length > MAX_REGIONS) {
    throw new LabError(
      'InvalidArgs',
      `${source}: lists ${entries.length} regions; at most ${MAX_REGIONS} are allowed`,
    );
  }
  const regions = intoNonOverlapping(entries.map((entry, i) => parseEntry(entry, `${source}: entry ${i}`)));
  if (!regions.some((region) => region.typ === MemoryRegionType.Usable)) {
    throw new LabError(
      'InvalidArgs',
      `${source}: has no usable frame: at least one page of ${PAGE_SIZE} bytes must be "usable" and covered by nothing else`,
    );
  }
  return regions;
}

const ENTRY_KEYS = ['base', 'length', 'len', 'end', 'type'];

function parseEntry(entry: unknown, where: string): MemoryRegion {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new LabError(
      'InvalidArgs',
      `${where}: must be a region with base, length and type, is ${shown(entry)}`,
    );
  }
  const fields = entry as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (!ENTRY_KEYS.includes(key)) {
      throw new LabError(
        'InvalidArgs',
        `${where}: unknown field "${key}"; allowed are ${ENTRY_KEYS.join(', ')}`,
      );
    }
  }
  const base = parseAddress(fields.base, `${where}: base`);
  const given = ['length', 'len', 'end'].filter((key) => fields[key] !== undefined);
  if (given.length !== 1) {
    throw new LabError(
      'InvalidArgs',
      `${where}: must have exactly one of length, len and end, has ${given.length === 0 ? 'none' : given.join(' and ')}`,
    );
  }
  const extent = parseAddress(fields[given[0]], `${where}: ${given[0]}`);
  const end = given[0] === 'end' ? extent : base + extent;
  if (end <= base || end > PADDR_MAX) {
    throw new LabError(
      'InvalidArgs',
      `${where}: ${given[0]} ${shown(fields[given[0]])} ends the region at ${hex(end)}: must be beyond its base ${hex(base)} and at most ${hex(PADDR_MAX)}`,
    );
  }
  return new MemoryRegion(base, end - base, parseType(fields.type, where));
}

function parseAddress(value: unknown, where: string): number {
  if (typeof value === 'string') {
    try {
      return parseBytes(value);
    } catch (cause) {
      throw new LabError('InvalidArgs', `${where}: ${causeText(cause)}`, { cause });
    }
  }
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new LabError(
    'InvalidArgs',
    `${where}: ${shown(value)} must be whole bytes: a number from 0, or text as in "0x1000" or "640KiB"`,
  );
}

function parseType(value: unknown, where: string): MemoryRegionType {
  const index =
    typeof value === 'string'
      ? MEMORY_REGION_TYPE_NAMES.findIndex((name) => name.toLowerCase() === value.toLowerCase())
      : -1;
  if (index < 0) {
    throw new LabError(
      'InvalidArgs',
      `${where}: type ${shown(value)} must be one of ${MEMORY_REGION_TYPE_NAMES.join(', ')}, in any case`,
    );
  }
  return index as MemoryRegionType;
}

/** A value as a message shows it: JSON, cut short. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'missing';
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
