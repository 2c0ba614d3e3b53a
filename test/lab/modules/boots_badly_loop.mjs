// Its boot: loop.
import { bootsBadly } from './boots_badly.mjs';

export const allocator = bootsBadly(() => {
  for (;;);
});
