import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { managedFrames } from '../../src/lab/workloads/fair_share.ts';
import { workload, workloads } from '../../src/lab/workloads/registry.ts';
import type { WorkerContext, Workload, WorkloadBody } from '../../src/lab/workloads/workload.ts';
import { Layout } from '../../src/mm/layout.ts';
import { PAGE_SIZE, type Paddr } from '../../src/mm/page.ts';

/** Frames at once; a power of two. */
const PIECE_FRAMES = 4;
/** Share of the memory that the ballast takes: workloads want up to a quarter of it, and caches have some. */
const BALLAST = 0.8;
/** No ballast is taken where less than this share is free. */
const SPARE = 0.15;

/**
 * A workload of framelab whose workers first take most of the memory and keep it until the end, so that what is left is
 * nearly full: allocations fail, caches are reclaimed, pools are balanced all the time.
 */
export function crowd(name: string): Workload {
  const inner = workload(name);
  return {
    ...inner,
    fillsMemory: true,
    start(context) {
      const ballast = new Ballast(context);
      const body = inner.start(context);
      return { step: () => body.step(), finish: () => ballast.finishAfter(body) };
    },
  };
}

/** One worker's part of it: addresses, since handles do not outlive a CPU that detaches. */
class Ballast {
  private readonly context: WorkerContext;
  private readonly pieces: Paddr[] = [];

  constructor(context: WorkerContext) {
    this.context = context;
    const { machine, workers } = context;
    const most = (managedFrames(machine) * BALLAST) / workers / PIECE_FRAMES;
    // What a dead worker left out of use must not make the others starve.
    const spare = managedFrames(machine) * SPARE;
    while (this.pieces.length < most && machine.frameMap.count('free') > spare) {
      const piece = machine.allocator.alloc(Layout.ofFrames(PIECE_FRAMES));
      if (piece === null) return;
      this.pieces.push(piece);
    }
  }

  finishAfter(body: WorkloadBody): void {
    try {
      body.finish();
    } finally {
      const { allocator } = this.context.machine;
      for (const piece of this.pieces) allocator.dealloc(piece, PIECE_FRAMES * PAGE_SIZE);
    }
  }
}

/** Modules of all workloads in a crowd, as runs load them: paths by name. */
export class CrowdModules {
  readonly paths: ReadonlyMap<string, string>;
  private readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'framelab-soak-'));
    this.paths = new Map(
      workloads().map(({ name }) => {
        const path = join(this.folder, `${name}.mjs`);
        const call = `import { crowd } from ${JSON.stringify(import.meta.url)};\nexport default crowd('${name}');\n`;
        writeFileSync(path, call);
        return [name, path];
      }),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
