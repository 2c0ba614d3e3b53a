// A lock that is right until a worker has taken it so often; then it throws an error while it holds it.
import { SpinWord } from '../../planted/spin_word.js';

class Throwing extends SpinWord {
  taken = 0;

  tryAcquire() {
    if (!super.tryAcquire()) return false;
    if (this.me > 0 && ++this.taken === 500) throw new Error('boom');
    return true;
  }
}

export const lockKind = {
  name: 'throws-in-lock',
  description: 'throws while it is held',
  words: () => 1,
  create: (site) => new Throwing('throws-in-lock', site),
};
