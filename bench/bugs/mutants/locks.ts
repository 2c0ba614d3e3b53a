import { MACHINE, type Mutant, type MutantScenario, OWN } from './mutant.ts';

const exclusion = (kind: string, threads?: number): MutantScenario => ({
  file: `${MACHINE}/lock.mjs?kind=${kind}`,
  threads,
});
/** A sleeper sleeps until it is notified. */
const untilNotified = (kind: string, threads?: number): MutantScenario => ({
  ...exclusion(kind, threads),
  timeouts: 'never',
});
const givesUp = (kind: string): MutantScenario => ({ file: `${OWN}/gives_up.mjs?kind=${kind}` });
const ownerDies = (kind: string): MutantScenario => ({ file: `${OWN}/owner_dies.mjs?kind=${kind}` });
const barrier: MutantScenario = { file: `${MACHINE}/barrier.mjs` };

/** Two workers of a run, all locks of that kind. */
const churn = (lock: string): readonly string[] => [
  'churn',
  '--workers',
  '2',
  '--allocator',
  'global-buddy',
  '--lock',
  lock,
];

/** Bugs in `src/sync`. */
export const LOCK_MUTANTS: readonly Mutant[] = [
  {
    name: 'word-lock-split',
    planted: 'tryAcquire of the one-word locks loads, then stores: two may take it',
    file: 'sync/kinds/word_lock.js',
    from: 'const found = Atomics.compareExchange(this.words, this.at, FREE, this.me);',
    to: 'const found = Atomics.load(this.words, this.at); if (found === FREE) Atomics.store(this.words, this.at, this.me);',
    scenario: exclusion('tas'),
    stress: churn('tas'),
  },
  {
    name: 'ttas-split',
    planted: 'a waiter of ttas that saw the lock free stores instead of comparing again',
    file: 'sync/kinds/ttas.js',
    from: 'if (seen === FREE && Atomics.compareExchange(words, at, FREE, me) === FREE)',
    to: 'if (seen === FREE && Atomics.store(words, at, me) === me)',
    scenario: exclusion('ttas', 3),
    stress: churn('ttas'),
  },
  {
    name: 'release-by-anybody',
    planted:
      'release of the one-word locks stores without looking at the owner: a second release frees another’s lock',
    file: 'sync/kinds/word_lock.js',
    from: 'const found = Atomics.compareExchange(this.words, this.at, this.me, FREE);',
    to: 'const found = this.me; Atomics.store(this.words, this.at, FREE);',
    scenario: { file: `${MACHINE}/lock.mjs?kind=tas&twice` },
  },
  {
    name: 'backoff-forgets-look',
    planted: 'a waiter of ttas-backoff takes the lock by exchange whatever it saw',
    file: 'sync/kinds/ttas_backoff.js',
    from: 'if (seen === FREE && Atomics.compareExchange(words, at, FREE, me) === FREE)',
    to: 'if (seen === FREE && Atomics.exchange(words, at, me) >= FREE)',
    scenario: exclusion('ttas-backoff', 3),
    stress: churn('ttas-backoff'),
  },
  {
    name: 'dead-owner-not-told',
    planted: 'who waits for a dead owner of a one-word lock is not told: it waits for ever',
    file: 'sync/kinds/word_lock.js',
    from: 'if (this.wait.check(seen - 1) && Atomics.load(this.words, this.at) === seen) {',
    to: 'if (this.wait.check(seen - 2) && Atomics.load(this.words, this.at) === seen) {',
    scenario: ownerDies('tas'),
  },
  {
    name: 'ticket-handed-twice',
    planted: 'drawing a ticket is a load and a store: two CPUs draw the same one',
    file: 'sync/kinds/ticket.js',
    from: 'if (Atomics.compareExchange(words, at, seen, drawn) === seen)\n                return next(seen);',
    to: 'if (Atomics.store(words, at, drawn) === drawn)\n                return next(seen);',
    scenario: exclusion('ticket', 3),
    stress: churn('ticket'),
  },
  {
    name: 'ticket-takes-without-turn',
    planted:
      'a waiter takes the lock where it is free, not where its ticket is served: the ticket served is nobody’s then',
    file: 'sync/kinds/ticket.js',
    from: 'if (owned(seen) === 0 && served(seen) === mine) {',
    to: 'if (owned(seen) === 0) {',
    scenario: exclusion('ticket', 3),
    stress: ['churn', '--workers', '3', '--allocator', 'global-buddy', '--lock', 'ticket'],
    equivalent:
      'unfair only: the owner stands in the word, so that exclusion does not hang on tickets, and who takes a free lock needs no turn',
  },
  {
    name: 'ticket-turn-split',
    planted: 'the waiter whose turn came stores the word that it saw: a ticket drawn since is lost',
    file: 'sync/kinds/ticket.js',
    from: 'if (Atomics.compareExchange(words, at, seen, held) === seen) {\n                    this.heldGuess = held;\n                    Atomics.store(words, this.intent, 0);',
    to: 'if (Atomics.store(words, at, held) === held) {\n                    this.heldGuess = held;\n                    Atomics.store(words, this.intent, 0);',
    scenario: exclusion('ticket', 3),
    stress: ['churn', '--workers', '3', '--allocator', 'global-buddy', '--lock', 'ticket'],
  },
  {
    name: 'ticket-left-in-queue',
    planted: 'a CPU that gives up does not say so: nobody skips its ticket',
    file: 'sync/kinds/ticket.js',
    from: 'Atomics.store(words, this.intent, -(mine + 1));',
    to: 'Atomics.store(words, this.intent, mine + 1);',
    scenario: givesUp('ticket'),
  },
  {
    name: 'mcs-hand-over-forgets-owner',
    planted:
      'a CPU that queues up writes the tail and forgets the owner beside it: the lock is free while it is held',
    file: 'sync/kinds/mcs_queue.js',
    from: '(me << tailShift) | this.ownerIn(seen));',
    to: 'me << tailShift);',
    scenario: exclusion('mcs'),
    stress: churn('mcs'),
  },
  {
    name: 'mcs-head-not-written',
    planted: 'the head takes the lock and writes itself in only where nobody else queues',
    file: 'sync/kinds/mcs.js',
    from: 'last ? me : seen | me) === seen) {',
    to: 'last ? me : seen) === seen) {',
    scenario: exclusion('mcs', 3),
    stress: ['churn', '--workers', '3', '--allocator', 'global-buddy', '--lock', 'mcs'],
  },
  {
    name: 'mcs-next-not-called',
    planted:
      'the head takes the lock and does not make its successor the head: it is still called by a nap only',
    file: 'sync/kinds/mcs.js',
    from: 'else if (queued)\n                            queue.callNext();',
    to: 'else if (queued)\n                            ;',
    scenario: untilNotified('mcs', 3),
    equivalent: 'slower only: a waiter that finds the lock free after its 512 looks makes itself the head',
  },
  {
    name: 'mcs-deserter-not-skipped',
    planted: 'a CPU that gave up stays linked in the queue: it is called, and calls nobody',
    file: 'sync/kinds/mcs_queue.js',
    from: 'if (state !== LEFT)\n                return -1;',
    to: 'if (state >= LEFT)\n                return -1;',
    scenario: givesUp('mcs'),
    equivalent:
      'slower only: who waits behind it finds the lock free after its 512 looks and makes itself the head',
  },
  {
    name: 'park-missed-notify',
    planted: 'a release that finds the parked bit frees the lock and wakes nobody',
    file: 'sync/kinds/park.js',
    from: 'Atomics.store(words, at, FREE);\n        Atomics.notify(words, at, 1);',
    to: 'Atomics.store(words, at, FREE);\n        ',
    scenario: untilNotified('park'),
  },
  {
    name: 'park-forgets-sleepers',
    planted: 'a woken waiter takes the lock without the parked bit: a second sleeper is forgotten',
    file: 'sync/kinds/park.js',
    from: 'taken = this.me | PARKED;',
    to: 'taken = this.me;',
    scenario: { ...untilNotified('park', 3), spinLimit: 64 },
  },
  {
    name: 'park-bit-split',
    planted:
      'a waiter sets the parked bit by a store: a lock that was freed meanwhile is its old owner’s again',
    file: 'sync/kinds/park.js',
    from: 'if (seen === parked || Atomics.compareExchange(words, at, seen, parked) === seen) {',
    to: 'if (seen === parked || Atomics.store(words, at, parked) === parked) {',
    scenario: untilNotified('park'),
    stress: churn('park'),
  },
  {
    name: 'park-split',
    planted: 'a waiter that saw the lock free stores instead of comparing again',
    file: 'sync/kinds/park.js',
    from: 'if (seen === FREE && Atomics.compareExchange(words, at, FREE, taken) === FREE)',
    to: 'if (seen === FREE && Atomics.store(words, at, taken) === taken)',
    scenario: exclusion('park', 3),
    stress: churn('park'),
  },
  {
    name: 'barrier-lost-arrival',
    planted: 'arriving is a load and a store: two arrivals count as one',
    file: 'sync/barrier.js',
    from: 'if (Atomics.compareExchange(words, at, seen, arrived) !== seen)',
    to: 'if (Atomics.store(words, at, arrived) !== arrived)',
    scenario: barrier,
  },
  {
    name: 'barrier-missed-notify',
    planted: 'the last to arrive wakes nobody',
    file: 'sync/barrier.js',
    from: 'Atomics.notify(words, at);',
    to: ';',
    scenario: { ...barrier, timeouts: 'never', spinLimit: 2000 },
  },
  {
    name: 'barrier-generation-kept',
    planted:
      'the last to arrive clears the count and keeps the generation: those that wait do not see that all are there',
    file: 'sync/barrier.js',
    from: '((seen & ~ARRIVED_MASK) + GENERATION_ONE) | 0',
    to: '(seen & ~ARRIVED_MASK) | 0',
    scenario: barrier,
  },
  {
    name: 'barrier-off-by-one',
    planted: 'the last but one passes as if it were the last',
    file: 'sync/barrier.js',
    from: '(seen & ARRIVED_MASK) + 1 >= this.parties',
    to: '(seen & ARRIVED_MASK) + 1 >= this.parties - 1',
    scenario: { ...barrier, threads: 3 },
  },
];
