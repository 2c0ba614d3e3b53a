import type { Interceptor } from '../../control/thread/interceptor.ts';
import { accesses } from './accesses.ts';
import { atomicStep } from './step.ts';
import { waits } from './waits.ts';

/**
 * Replaces every method of `Atomics` by one that is a scheduling point. In place, so that everyone who has the
 * `Atomics` object sees the new methods; before any module of the scenario is loaded, so that copies taken
 * at import (`const { load } = Atomics`) are the new ones too.
 */
export const atomics: Interceptor = {
  name: 'atomics',
  install(host) {
    const step = atomicStep(host);
    for (const [name, value] of Object.entries({ ...accesses(host, step), ...waits(host, step) })) {
      Object.defineProperty(Atomics, name, { value, writable: true, configurable: true });
    }
    return undefined;
  },
};
