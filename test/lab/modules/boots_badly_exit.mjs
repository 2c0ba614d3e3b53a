// Its boot: exit.
import { bootsBadly } from './boots_badly.mjs';

export const allocator = bootsBadly(() => {
  process.exit(0);
});
