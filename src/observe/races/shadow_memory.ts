import { addStepGranule, stepGranules } from './plain_steps.ts';
import { shadowLayout } from './shadow.ts';

/**
 * The memory of the race detector for so many threads. @param plainSteps words whose plain accesses are steps: pairs of
 * buffer and granule
 */
export function makeShadow(threads: number, plainSteps: readonly number[] = []): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(shadowLayout(threads).words * 4);
  const words = new Int32Array(memory);
  for (let i = 0; i + 1 < plainSteps.length; i += 2) {
    addStepGranule(words, { buffer: plainSteps[i], granule: plainSteps[i + 1] });
  }
  return memory;
}

/** Words whose plain accesses are steps, as pairs of buffer and granule. */
export function plainStepsOf(memory: SharedArrayBuffer): number[] {
  return stepGranules(new Int32Array(memory)).flatMap(({ buffer, granule }) => [buffer, granule]);
}
