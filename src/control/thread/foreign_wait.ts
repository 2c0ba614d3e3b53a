import { othersRun, ownTask } from '../../platform/tasks.ts';

/**
 * How often a thread looks, a real millisecond apart at least, whether what it awaits has come: where nothing is
 * under way that could bring it, and where something is. Looks, not time: on a busy machine they come later.
 */
const LOOKS_MAX = 1000;
const LOOKS_UNDER_WAY_MAX = 10_000;

/** What the runtime has under way for this worker, beside the port to the main thread: by what Node.js calls it. */
export function foreignResources(): string[] {
  const resources = process.getActiveResourcesInfo();
  const port = resources.indexOf('MessagePort');
  if (port >= 0) resources.splice(port, 1);
  return resources;
}

/** How long a thread is let await something that the explorer does not control. */
export class ForeignPatience {
  private readonly own = ownTask();
  private idle = 0;
  private looks = 0;

  /** The wait begins, or what was awaited has come. */
  reset(): void {
    this.idle = 0;
    this.looks = 0;
  }

  /** One look; true if it was the last. `underWay`: the host is at work for this thread. */
  over(underWay: boolean): boolean {
    this.looks++;
    // Helpers of the runtime may compile or compute what is awaited.
    if (!underWay && !othersRun(this.own, NOBODY)) this.idle++;
    return this.idle >= LOOKS_MAX || this.looks >= LOOKS_UNDER_WAY_MAX;
  }
}

const NOBODY: ReadonlySet<number> = new Set();

/** The thread awaits something that no thread of the scenario and no virtual timer can bring about. */
export class ForeignWait extends Error {
  override readonly name = 'ForeignWait';
  constructor(why: string) {
    super(`awaits something outside the explorer's control (${why})`);
  }
}
