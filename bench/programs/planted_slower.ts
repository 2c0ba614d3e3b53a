import { plantedWork } from './planted_work.ts';

/** A ninth more work: a tenth less throughput. */
export const workload = plantedWork('planted-slower', 445);
