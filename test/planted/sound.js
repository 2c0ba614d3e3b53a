// No bug: the pool that all plants are made of, as it should be. Expected: nothing, exit 0, in the same runs.

import { Pool, poolAllocator } from './pool.js';

export const allocator = poolAllocator('sound', 'a buddy set behind a lock', Pool);
