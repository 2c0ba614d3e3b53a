import { ticket } from './locks.mjs';
import { exclusion } from './exclusion.mjs';

export const { setup, thread, check } = exclusion(ticket);
