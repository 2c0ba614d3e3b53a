import { PAGE_SIZE } from '../../mm/page.ts';
import type { Block } from './block.ts';
import { choose } from './draw.ts';
import { dropEach } from './drop_each.ts';

/** The blocks that one worker holds, up to a number of frames; any of them can be taken out in constant time. */
export class LiveSet {
  /** Frames that it may hold. */
  readonly capacity: number;
  private readonly blocks: Block[] = [];
  private held = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Frames held now. */
  get frames(): number {
    return this.held;
  }

  /** Blocks held now. */
  get length(): number {
    return this.blocks.length;
  }

  hasRoom(frames: number): boolean {
    return this.held + frames <= this.capacity;
  }

  add(block: Block): void {
    this.held += block.size / PAGE_SIZE;
    this.blocks.push(block);
  }

  /** Takes out the block that a draw chooses, by putting the last one into its place; `null` if none. */
  take(draw: number): Block | null {
    const blocks = this.blocks;
    if (blocks.length === 0) return null;
    const index = choose(draw, blocks.length);
    const block = blocks[index];
    const last = blocks.pop() as Block;
    if (index < blocks.length) blocks[index] = last;
    this.held -= block.size / PAGE_SIZE;
    return block;
  }

  forEach(visit: (block: Block) => void): void {
    for (const block of this.blocks) visit(block);
  }

  /** Takes out the block that was added last, if only `add` and `takeLast` are used. */
  takeLast(): Block | null {
    const block = this.blocks.pop();
    if (block === undefined) return null;
    this.held -= block.size / PAGE_SIZE;
    return block;
  }

  /** Frees everything, as `dropEach` does. */
  dropAll(): void {
    dropEach(() => this.takeLast());
  }
}
