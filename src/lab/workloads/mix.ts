import { LabError } from '../../platform/error.ts';
import { type Mix, mixArgument } from '../../results/mix.ts';
import type { Workload } from './workload.ts';

/** Sizes in one mix. */
const MIX_SIZES_MAX = 64;
/** Frames of one block in a mix; a workload may have a lower bound. */
export const MIX_FRAMES_MAX = 2 ** 20;
const MIX_WEIGHT_MAX = 1_000_000;

/** What a mix must be, in words. */
export const MIX_MUST = `FRAMES:WEIGHT,... as in 1:70,2:20,64:10: whole numbers from 1, frames up to ${MIX_FRAMES_MAX}, weights up to ${MIX_WEIGHT_MAX}, at most ${MIX_SIZES_MAX} sizes, each once`;

/** Undefined if the text is no mix. */
export function parseMix(text: string): Mix | undefined {
  if (!/^\d{1,9}:\d{1,9}(,\d{1,9}:\d{1,9})*$/.test(text)) return undefined;
  const mix = text.split(',').map((part) => {
    const [frames, weight] = part.split(':').map(Number);
    return { frames, weight };
  });
  return isMix(mix) ? mix : undefined;
}

export function isMix(value: unknown): value is Mix {
  if (!Array.isArray(value) || value.length === 0 || value.length > MIX_SIZES_MAX) return false;
  const isWhole = (number: unknown, most: number) =>
    Number.isSafeInteger(number) && Number(number) >= 1 && Number(number) <= most;
  const isPart = (part: unknown) => {
    const { frames, weight } = (part ?? {}) as { frames?: unknown; weight?: unknown };
    return isWhole(frames, MIX_FRAMES_MAX) && isWhole(weight, MIX_WEIGHT_MAX);
  };
  return value.every(isPart) && new Set(value.map(({ frames }) => frames)).size === value.length;
}

/** @throws `Usage` if the workload takes no mix, or not that size of block */
export function requireMixFits(mix: Mix, workload: Workload): void {
  const refuse = (why: string) =>
    new LabError('Usage', `mix ${mixArgument(mix)} for workload ${workload.name}: ${why}`);
  if (workload.mix === undefined) throw refuse('its sizes of blocks are fixed');
  const { framesMax } = workload.mix;
  const tooLarge = mix.find(({ frames }) => frames > framesMax);
  if (tooLarge !== undefined) {
    throw refuse(`a block of ${tooLarge.frames} frames; it can have 1 to ${framesMax}`);
  }
}
