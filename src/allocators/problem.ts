/** What a run's figures can show about an allocator that its own parameters may help against. */
export type AllocatorProblem =
  | 'global lock taken often'
  | 'caches too small'
  | 'memory in pieces though free'
  | 'memory held back by CPUs';

/** What to set against each, by the allocator's own parameters, in words that come after "Try:". */
export type Remedies = Readonly<Partial<Record<AllocatorProblem, string>>>;
