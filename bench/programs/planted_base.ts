import { plantedWork } from './planted_work.ts';

export const workload = plantedWork('planted-base', 400);
