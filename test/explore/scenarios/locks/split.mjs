import { exclusion } from './exclusion.mjs';
import { split } from './locks.mjs';

export const { setup, thread, check } = exclusion(split);
