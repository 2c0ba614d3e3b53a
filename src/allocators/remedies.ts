import type {
  AllocatorProblem,
  AllocatorRemedy,
  FrameAllocatorType,
  MachineShape,
} from '../mm/global_frame_allocator.ts';
import { causeText } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { show } from '../platform/options_check.ts';

const PROBLEMS: readonly AllocatorProblem[] = [
  'shared lock taken often',
  'caches too small',
  'sizes without a cache',
  'memory in pieces',
  'memory held back by CPUs',
];

/**
 * What an allocator says that helps on such a machine, checked: a module may say anything.
 *
 * @returns plain data; empty for an allocator that says nothing
 * @throws `InvalidArgs` if `remedies` throws, or names a problem that is none, no parameters, or parameters that the
 *   allocator itself refuses
 */
export function remediesOf(type: FrameAllocatorType, shape: MachineShape): AllocatorRemedy[] {
  if (type.remedies === undefined) return [];
  const refuse = (why: string, cause?: unknown) =>
    new LabError('InvalidArgs', `allocator ${type.name}: its remedies() ${why}`, { cause });
  let said: unknown;
  try {
    said = type.remedies(shape);
  } catch (cause) {
    throw refuse(`threw: ${causeText(cause)}`, cause);
  }
  if (!Array.isArray(said)) throw refuse(`gave ${show(said)}; it must be an array`);
  return said.map((each: Partial<AllocatorRemedy> | null, index) => {
    const { against, params, effect } = each ?? {};
    if (!PROBLEMS.some((problem) => problem === against)) {
      throw refuse(`has at ${index} against=${show(against)}; must be one of ${PROBLEMS.join(', ')}`);
    }
    if (!isParams(params)) {
      throw refuse(`has at ${index} params=${show(params)}; must be numbers, strings or booleans by name`);
    }
    if (typeof effect !== 'string') throw refuse(`has at ${index} effect=${show(effect)}; must be a string`);
    try {
      type.staticWords({ ...shape, params: { ...shape.params, ...params } });
    } catch (cause) {
      throw refuse(`has at ${index} params that it refuses itself: ${causeText(cause)}`, cause);
    }
    return { against: against!, params: { ...params }, effect };
  });
}

function isParams(params: unknown): params is AllocatorRemedy['params'] {
  if (typeof params !== 'object' || params === null) return false;
  const values = Object.values(params);
  return values.length > 0 && values.every((value) => ['number', 'string', 'boolean'].includes(typeof value));
}
