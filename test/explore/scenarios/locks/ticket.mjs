import { exclusion } from './exclusion.mjs';
import { ticket } from './locks.mjs';

export const { setup, thread, check } = exclusion(ticket);
