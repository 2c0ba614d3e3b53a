/** Problems of an allocator that a run's figures can show and its parameters may solve. */
export type AllocatorProblem =
  | 'global lock taken often'
  | 'caches too small'
  | 'memory in pieces though free'
  | 'memory held back by CPUs';

/** What to set against each problem, in words that follow "Try:"; by the name of an allocator that framelab ships. */
export const REMEDIES: Readonly<Record<string, Readonly<Partial<Record<AllocatorProblem, string>>>>> = {
  buddy: {
    'global lock taken often': 'larger per-CPU caches and pools: --param cache1=512 --param keepFrames=4096.',
    'caches too small':
      'larger caches: --param cache1=256 (blocks of one frame; cache2, cache3 and cache4 for larger).',
    'memory in pieces though free':
      'smaller caches and pools (--param cache1=32 --param keepFrames=16), or requests of fewer frames.',
    'memory held back by CPUs': '--param keepFrames=16 --param cache1=32 keep less of it per CPU.',
  },
};

/** Which of an allocator's parameters help against a problem; null if none does, and for modules. */
export function remedy(allocator: string, problem: AllocatorProblem): string | null {
  return Object.hasOwn(REMEDIES, allocator) ? (REMEDIES[allocator][problem] ?? null) : null;
}
