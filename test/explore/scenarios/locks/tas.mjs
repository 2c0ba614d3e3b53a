import { tas } from './locks.mjs';
import { exclusion } from './exclusion.mjs';

export const { setup, thread, check } = exclusion(tas);
