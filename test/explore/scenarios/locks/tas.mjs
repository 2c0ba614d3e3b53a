import { exclusion } from './exclusion.mjs';
import { tas } from './locks.mjs';

export const { setup, thread, check } = exclusion(tas);
