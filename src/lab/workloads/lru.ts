import type { Machine } from '../../machine/machine.ts';
import { SINGLE_FRAME } from '../../mm/layout.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import { getGlobalFrameAllocator } from '../../mm/physical_memory.ts';
import type { Random } from '../../platform/random.ts';
import { wholeLines } from '../../platform/struct.ts';
import { choose } from './draw.ts';
import { dropEach } from './drop_each.ts';
import { fairShare } from './fair_share.ts';
import { MetadataLives } from './metadata_lives.ts';
import { type ListedFrame, PageList } from './page_list.ts';
import { ALLOC, BLOCK_OPERATIONS, DEALLOC } from './recorded_blocks.ts';
import { live } from './usual_params.ts';
import type { OperationRecorder, WorkerContext, Workload, WorkloadBody } from './workload.ts';

// The pages of a page cache, in one list from the least to the most recently used, behind one lock, as Linux keeps them (Gorman,
// "Understanding the Linux Virtual Memory Manager", 2004, chapter 10). A page is a frame with metadata and one handle, a
// `UniqueFrame`. A worker puts a new page in at the back, or moves one that it put in before to the back, or takes the
// page at the front, whoever put it in: half of these are freed and half serve as new pages at once. When the list is
// full, or memory is short, putting a page in first takes one out. All workers meet at the lock.

const OPERATIONS_PER_STEP = 16;
const LOCK = 'lru-list';
const PUT = 2;
const TAKE = 3;
const TOUCH = 4;
const RENEW = 5;
/** Shares of the operations, out of 8: the rest takes a page out. */
const PUTS = 3;
const TOUCHES = 6;
/** Pages that a worker remembers, so as to touch them. */
const REMEMBERED = 64;
const LIVES_AT = wholeLines(PageList.WORDS);

export const lru: Workload = {
  name: 'lru',
  description:
    'pages in a shared least-recently-used list behind a lock: put in by one worker, taken out by another (Gorman)',
  operations: [...BLOCK_OPERATIONS, 'put', 'take', 'touch', 'renew'],
  locks: [LOCK],
  params: { live: live(1024) },
  sharedWords: (_, { frames }) => LIVES_AT + MetadataLives.words(frames),
  start: (context) => new Lru(context),
};

class Lru implements WorkloadBody {
  private readonly machine: Machine;
  private readonly context: WorkerContext;
  private readonly random: Random;
  private readonly recorder: OperationRecorder;
  private readonly pages: PageList;
  private readonly lives: MetadataLives;
  private readonly capacity: number;
  /** Addresses; the oldest is overwritten. */
  private readonly remembered: number[] = [];
  private oldest = 0;

  constructor(context: WorkerContext) {
    const { machine, workers, shared } = context;
    this.context = context;
    this.machine = machine;
    this.random = context.random;
    this.recorder = context.recorder;
    this.pages = new PageList(machine, shared, 0, context.lock(LOCK), {
      put: PUT,
      take: TAKE,
      touch: TOUCH,
    });
    this.lives = new MetadataLives(machine, shared, LIVES_AT);
    this.capacity = fairShare(machine, workers, context.params.live) * workers;
  }

  step(): void {
    for (let i = 0; i < OPERATIONS_PER_STEP; i++) this.operate();
  }

  finish(): void {
    dropEach(() => this.pages.take());
    this.lives.leave(this.context);
  }

  private operate(): void {
    const { random, remembered } = this;
    const what = random.below(8);
    const renews = random.chance(0.5);
    const touched = random.uint32();

    if (what < PUTS) {
      if (this.pages.length >= this.capacity) this.takeOut(false);
      this.putNew();
    } else if (what < TOUCHES && remembered.length > 0) {
      this.recorder.begin(TOUCH);
      this.pages.touch(remembered[choose(touched, remembered.length)]);
      this.recorder.end(TOUCH);
    } else {
      this.takeOut(renews);
    }
  }

  private putNew(): void {
    const { recorder } = this;
    recorder.begin(ALLOC);
    const paddr = getGlobalFrameAllocator(this.machine).alloc(SINGLE_FRAME);
    if (paddr === null) {
      recorder.endNoMemory(ALLOC);
      this.takeOut(false);
      return;
    }
    const page = this.pages.page(paddr);
    this.lives.begin(paddr / PAGE_SIZE);
    recorder.end(ALLOC);
    this.put(page);
  }

  private put(page: ListedFrame): void {
    const { paddr } = page;
    this.recorder.begin(PUT);
    this.pages.put(page);
    this.recorder.end(PUT);
    this.remembered[this.oldest] = paddr;
    this.oldest = (this.oldest + 1) % REMEMBERED;
  }

  /** Takes out the page at the front, if there is one, and frees it or puts it in as a new one. */
  private takeOut(renews: boolean): void {
    const { recorder } = this;
    recorder.begin(TAKE);
    const page = this.pages.take();
    recorder.end(TAKE);
    if (page === null) return;
    if (!renews) {
      recorder.begin(DEALLOC);
      page.drop();
      recorder.end(DEALLOC);
      return;
    }
    recorder.begin(RENEW);
    const { paddr } = page;
    const fresh = this.pages.renew(page);
    this.lives.begin(paddr / PAGE_SIZE);
    recorder.end(RENEW);
    this.put(fresh);
  }
}
