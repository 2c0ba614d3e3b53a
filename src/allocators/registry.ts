import { createRequire } from 'node:module';
import type { FrameAllocatorType } from '../mm/global_frame_allocator.ts';
import { assertString, causeText } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { filePath, isModulePath, moduleQuery, moduleUrl } from '../platform/module_path.ts';
import { bitmap } from './bitmap.ts';
import { buddy } from './buddy/allocator.ts';
import { globalBuddy } from './global_buddy.ts';

/** The allocator of a machine that is not told otherwise. */
export const DEFAULT_ALLOCATOR = 'buddy';

const BUILT_IN: ReadonlyMap<string, FrameAllocatorType> = new Map(
  [buddy, globalBuddy, bitmap].map((type) => [type.name, type]),
);

/** Types loaded from modules, by absolute path. */
const loaded = new Map<string, FrameAllocatorType>();

/** Every built-in allocator, in the order that a list shows. */
export function allocatorTypes(): FrameAllocatorType[] {
  return [...BUILT_IN.values()];
}

/**
 * How the choice of an allocator is written into a machine's RAM, so that every thread finds the same one: a built-in's
 * name, or the absolute path of a module.
 */
export function allocatorSpec(choice: string): string {
  assertString(choice, 'allocator');
  if (BUILT_IN.has(choice)) return choice;
  if (!isModulePath(choice)) {
    throw new LabError(
      'InvalidArgs',
      `no allocator '${choice}'; there are ${[...BUILT_IN.keys()].join(', ')}, or the path of a module (./my_allocator.js)`,
    );
  }
  try {
    return filePath(choice) + moduleQuery(choice);
  } catch (cause) {
    throw unloadable(choice, cause);
  }
}

/**
 * Loads an allocator's type by name or module path; needed before booting or attaching if the module has a top-level
 * await. The module exports the type as `allocator` or `default`.
 *
 * @throws `InvalidArgs` if no allocator has that name, or the module cannot be loaded or exports no allocator.
 */
export async function loadAllocator(choice: string): Promise<FrameAllocatorType> {
  const spec = allocatorSpec(choice);
  const known = BUILT_IN.get(spec) ?? loaded.get(spec);
  if (known !== undefined) return known;
  let module: Record<string, unknown>;
  try {
    module = await import(moduleUrl(spec));
  } catch (cause) {
    throw unloadable(spec, cause);
  }
  return remember(spec, module);
}

/** As `loadAllocator`, at once: for `Machine.boot` and `Machine.attach`. */
export function requireAllocator(spec: string): FrameAllocatorType {
  const known = BUILT_IN.get(spec) ?? loaded.get(spec);
  if (known !== undefined) return known;
  if (moduleQuery(spec) !== '') {
    throw new LabError(
      'InvalidArgs',
      `allocator module ${spec}: a query is kept only where loadAllocator() has loaded it before, in each thread`,
    );
  }
  let module: Record<string, unknown>;
  try {
    module = createRequire(import.meta.url)(spec);
  } catch (cause) {
    throw unloadable(spec, cause);
  }
  return remember(spec, module);
}

function remember(spec: string, module: Record<string, unknown>): FrameAllocatorType {
  const type = (module.allocator ?? module.default) as Partial<FrameAllocatorType> | undefined;
  for (const part of ['staticWords', 'attach'] as const) {
    if (typeof type?.[part] !== 'function') {
      throw new LabError(
        'InvalidArgs',
        `module ${spec}: exports no allocator; its 'allocator' or 'default' export needs name, locks, staticWords() and attach(), and ${part} is no function`,
      );
    }
  }
  const isNamed = (name: unknown) => typeof name === 'string';
  if (!isNamed(type?.name) || !Array.isArray(type?.locks) || !type.locks.every(isNamed)) {
    throw new LabError(
      'InvalidArgs',
      `module ${spec}: its allocator needs a name and a list of locks by name (which may be empty)`,
    );
  }
  loaded.set(spec, type as FrameAllocatorType);
  return type as FrameAllocatorType;
}

function unloadable(spec: string, cause: unknown): LabError {
  return new LabError('InvalidArgs', `allocator module ${spec} cannot be loaded: ${causeText(cause)}`, {
    cause,
  });
}
