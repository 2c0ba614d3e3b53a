import { exclusion } from './exclusion.mjs';
import { ttas } from './locks.mjs';

export const { setup, thread, check } = exclusion(ttas);
