// Allocators whose attach() does something else first.
import { allocator as sound } from '../../planted/sound.js';

/** @param {() => void} misbehave */
export function bootsBadly(misbehave) {
  return {
    ...sound,
    name: 'boots-badly',
    attach(context) {
      misbehave();
      return sound.attach(context);
    },
  };
}
