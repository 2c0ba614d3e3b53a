/**
 * fsbench: threads allocate blocks to the inodes of a file system, an inode each, with a mutex for each inode and each block.
 *
 * The bug: there is one thread more than there are mutexes of inodes, and the last uses one behind the end of the table. It
 * shows in every schedule. Fixed: the number of the inode is taken modulo what there is.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.fsbench.
 */
import { assert, portOf } from '../port/port.ts';

const BLOCKS = 26;
const THREADS = BLOCKS + 1;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const inodeLocks = Array.from({ length: BLOCKS }, (_, i) => memory.mutex(`inodeLock${i}`));
  const blockLocks = Array.from({ length: BLOCKS }, (_, i) => memory.mutex(`blockLock${i}`));
  const busy = memory.array('busy', BLOCKS);
  const inodes = memory.array('inodes', THREADS);

  function findBlock(inode: number): void {
    let block = (inode * 2) % BLOCKS;
    for (let look = 0; look < BLOCKS / 2; look++) {
      let found = false;
      const candidate = block;
      blockLocks[candidate].during(() => {
        if (busy.get(candidate) !== 0) return;
        busy.set(candidate, 1);
        inodes.set(inode, candidate + 1);
        found = true;
      });
      if (found) return;
      block = (block + 1) % BLOCKS;
    }
  }

  const worker = (thread: number) => (): void => {
    const inode = fixed ? thread % BLOCKS : thread;
    assert(inode < BLOCKS, `there is no mutex for inode ${inode}`);
    inodeLocks[inode].during(() => {
      if (inodes.get(inode) === 0) findBlock(inode);
    });
  };
  return { threads: Array.from({ length: THREADS }, (_, thread) => worker(thread)) };
});
