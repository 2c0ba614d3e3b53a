// Its boot: throw.
import { bootsBadly } from './boots_badly.mjs';

export const allocator = bootsBadly(() => {
  throw new TypeError('no attach today');
});
