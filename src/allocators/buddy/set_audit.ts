import { META_SLOT_SHIFT, SLOT } from '../../mm/frame/meta_slots.ts';
import { type BuddyOrder, orderOfAlignment } from './chunk.ts';

/** A set's words: four counters, then for each order the head of its list, and for each order the list's length. */
export const SET = {
  /** Free frames. */
  TOTAL: 0,
  /** Bit o is set where the list of order o has a chunk. */
  NON_EMPTY: 1,
  SPLITS: 2,
  MERGES: 3,
  /** Frame number + 1, 0 for an empty list. */
  HEADS: 4,
} as const;

/** Where a set's words and slots are. */
export interface SetView {
  readonly words: Int32Array;
  readonly base: number;
  readonly slots: Int32Array;
  readonly frames: number;
  readonly maxOrder: BuddyOrder;
  /** `tag + order + 1` marks the head of a chunk of that order. */
  readonly tag: number;
}

/**
 * Checks a set's structure while no thread changes it.
 *
 * @param visit is called with every chunk: frame number and order
 * @returns a sentence for each fault
 */
export function auditSet(
  set: SetView,
  name: string,
  visit: (frame: number, order: BuddyOrder) => void,
): string[] {
  const problems: string[] = [];
  const counted = set.words[set.base + SET.TOTAL];
  let total = 0;
  for (let order = 0; order < set.maxOrder; order++) {
    total += auditList(set, `${name}, order ${order}`, order, problems, visit) * 2 ** order;
  }
  if (total !== counted) {
    problems.push(`${name}: counts ${counted} free frames, its lists hold ${total}`);
  }
  return problems;
}

/** @returns chunks in the list */
function auditList(
  { words, base, slots, frames, maxOrder, tag }: SetView,
  list: string,
  order: BuddyOrder,
  problems: string[],
  visit: (frame: number, order: BuddyOrder) => void,
): number {
  const count = words[base + SET.HEADS + maxOrder + order];
  const marked = (words[base + SET.NON_EMPTY] & (1 << order)) !== 0;
  let length = 0;
  let previous = 0;
  for (let link = words[base + SET.HEADS + order]; link !== 0; length++) {
    const frame = link - 1;
    const slot = frame << META_SLOT_SHIFT;
    if (frame < 0 || frame + 2 ** order > frames) {
      problems.push(`${list}: chunk at frame ${frame} ends outside RAM`);
      break;
    }
    if (length > count) {
      problems.push(`${list}: the list is longer than its count ${count}, or runs in a circle`);
      break;
    }
    if (slots[slot + SLOT.freeChunk] !== tag + order + 1) {
      problems.push(`${list}: frame ${frame} is linked, but its slot says it is not in this list`);
      break;
    }
    if (slots[slot + SLOT.prev] !== previous) problems.push(`${list}: frame ${frame} has a wrong back link`);
    if (orderOfAlignment(frame) < order) problems.push(`${list}: frame ${frame} is not aligned to its order`);
    const buddy = frame ^ (1 << order);
    if (
      order < maxOrder - 1 &&
      buddy < frames &&
      slots[(buddy << META_SLOT_SHIFT) + SLOT.freeChunk] === tag + order + 1
    ) {
      problems.push(`${list}: frames ${frame} and ${buddy} are free buddies, not coalesced`);
    }
    visit(frame, order);
    previous = link;
    link = slots[slot + SLOT.next];
  }
  if (length !== count) problems.push(`${list}: counts ${count} chunks, its list holds ${length}`);
  if (marked !== length > 0) problems.push(`${list}: the mark of non-empty lists is wrong`);
  return length;
}
