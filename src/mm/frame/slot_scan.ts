import { assertInstance, assertNumber } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { givenRange, hex, hexRange, isPageAligned, PAGE_SIZE, type Paddr, type Range } from '../page.ts';
import { metaTypeOf } from './frame_meta.ts';
import { META_SLOT_SHIFT, MetaSlots, REF_BUSY, REF_UNIQUE, REF_UNUSED, SLOT } from './meta_slots.ts';
import { countOf } from './slot_references.ts';

/** A frame that is held. */
export interface HeldFrame {
  readonly paddr: Paddr;
  /** 0 unless its state is `inUse`. */
  readonly references: number;
  readonly state: 'inUse' | 'unique' | 'busy' | 'invalid';
  /** Its metadata's type by name, or by number if no module here defines it. */
  readonly metaType: string;
}

/** Who uses the frames of a machine, by their slots. Sizes in frames. */
export interface SlotScan {
  readonly unused: number;
  readonly busy: number;
  readonly unique: number;
  readonly inUse: number;
  /** Frames with a count that no correct program writes. */
  readonly invalid: number;
  /** Frames that are not unused, by their metadata's type. */
  readonly byType: ReadonlyMap<string, number>;
  /** The first of the frames that are not unused: at most as many as asked for. */
  readonly held: readonly HeldFrame[];
}

/**
 * Counts frames by state and type of metadata: frames held at the end of a run but not at its beginning were leaked.
 * Exact only while no thread runs.
 *
 * @param range addresses; all frames by default
 * @param heldMax how many frames to list
 * @param skip types of metadata not to list in `held`, by name: the kernel's own, for instance
 * @throws `InvalidArgs`, and `OutOfBound` for a range that is not whole frames of RAM
 */
export function scanSlots(
  slots: MetaSlots,
  range: Range = { start: 0, end: (slots?.frames ?? 0) * PAGE_SIZE },
  heldMax = 20,
  skip: readonly string[] = [],
): SlotScan {
  assertInstance(slots, MetaSlots, 'slots to scan');
  assertNumber(heldMax, 'frames to list');
  assertInstance(skip, Array, 'types not to list');
  const { start, end } = givenRange(range, 'slots to scan');
  if (!isPageAligned(start) || !isPageAligned(end) || end > slots.frames * PAGE_SIZE) {
    throw new LabError(
      'OutOfBound',
      `slots to scan: ${hexRange({ start, end })} must be whole frames of RAM`,
    );
  }
  let unused = 0;
  let busy = 0;
  let unique = 0;
  let inUse = 0;
  let invalid = 0;
  const byType = new Map<string, number>();
  const held: HeldFrame[] = [];
  for (let frame = start / PAGE_SIZE; frame < end / PAGE_SIZE; frame++) {
    const slot = frame << META_SLOT_SHIFT;
    const word = Atomics.load(slots.words, slot);
    if (word === REF_UNUSED) {
      unused += 1;
      continue;
    }
    const references = countOf(word);
    const state = stateName(word, references);
    if (state === 'busy') busy += 1;
    else if (state === 'unique') unique += 1;
    else if (state === 'inUse') inUse += 1;
    else invalid += 1;
    const id = slots.words[slot + SLOT.metaType];
    const metaType = metaTypeOf(id)?.name ?? `type ${hex(id)}`;
    byType.set(metaType, (byType.get(metaType) ?? 0) + 1);
    if (held.length < heldMax && !skip.includes(metaType)) {
      held.push({ paddr: frame * PAGE_SIZE, references, state, metaType });
    }
  }
  return { unused, busy, unique, inUse, invalid, byType, held };
}

function stateName(word: number, references: number): HeldFrame['state'] {
  if (word === REF_BUSY) return 'busy';
  if (word === REF_UNIQUE) return 'unique';
  return references > 0 ? 'inUse' : 'invalid';
}
