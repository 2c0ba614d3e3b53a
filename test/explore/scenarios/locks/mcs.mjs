import { exclusion } from './exclusion.mjs';
import { mcs } from './locks.mjs';

export const { setup, thread, check } = exclusion(mcs);
