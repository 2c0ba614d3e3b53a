import { exclusion } from './exclusion.mjs';
import { futex } from './locks.mjs';

export const { setup, thread, check } = exclusion(futex);
