import { CPU_DEAD, CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_SEIZED } from '../mm/cpu_state.ts';
import type { CpuStates } from '../mm/global_frame_allocator.ts';
import { assertWhole } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { LINE_WORDS } from '../platform/struct.ts';
import type { HaltPoint } from './checked_frame_allocator.ts';
import { corrupt } from './power_on.ts';

const STATE_NAMES = ['offline', 'online', 'parked', 'dead', 'seized'];
/** What a CPU can be in when another seizes it. */
const SEIZABLE = [CPU_OFFLINE, CPU_PARKED, CPU_DEAD];
/** The same for one that awaits the recovery of dead CPUs: it would wait for their locks with what recovery needs in hand. */
const SEIZABLE_ALIVE = [CPU_OFFLINE, CPU_PARKED];
const STATE_BITS = 4;
const STATE_MASK = (1 << STATE_BITS) - 1;
const SEIZER_SHIFT = 2 * STATE_BITS;
/** Milliseconds between two checks of a CPU that waits for the end of a seizure, which is short. */
const SEIZURE_POLL_MS = 1;
/** A recovery looks no more often, half a minute: a seizure is short, unless the one that seized waits for something else. */
const SEIZURE_POLLS_MAX = 30_000;

/** In the first CPU's line, after its state: who asks all others to stand still, plus 1; 0 for nobody. */
const HALT_WORD = 1;

/**
 * The machine's CPUs: one word each, on a line of its own. The lower bits are the state. A seized CPU's word
 * also has the state that it goes back to, and the seizer, so that a seizer that died is known.
 */
export class CpuTable implements CpuStates {
  private readonly words: Int32Array;
  private readonly haltAt: number;
  private readonly base: number;
  private readonly cpus: number;
  private readonly self: number;
  private readonly checkStop: () => void;
  private readonly leavesDead: boolean;

  /** @param leavesDead dead CPUs are not seized: their recovery is awaited, and whoever recovers them needs them */
  constructor(
    words: Int32Array,
    base: number,
    cpus: number,
    self: number,
    checkStop: () => void,
    leavesDead = false,
  ) {
    this.words = words;
    this.leavesDead = leavesDead;
    this.base = base;
    this.haltAt = base + HALT_WORD;
    this.cpus = cpus;
    this.self = self;
    this.checkStop = checkStop;
  }

  state(cpu: number): number {
    return this.word(cpu) & STATE_MASK;
  }

  /** True if that CPU's thread ended without detaching, whether another works on its area now or not. */
  isDead(cpu: number): boolean {
    if (!(cpu >= 0 && cpu < this.cpus)) return false;
    const word = this.word(cpu);
    if (word === CPU_DEAD) return true;
    if ((word & STATE_MASK) !== CPU_SEIZED) return false;
    // One that was offline may be in recovery: it is as dead as the CPU that recovers it.
    return (
      stateBefore(word) === CPU_DEAD || (stateBefore(word) === CPU_OFFLINE && this.isDeserted(cpu, word))
    );
  }

  stateName(cpu: number): string {
    return STATE_NAMES[this.state(cpu)];
  }

  /**
   * Brings this thread's CPU online.
   *
   * @throws `CpuBusy` if it is online, parked or dead.
   */
  claim(): void {
    this.comeOnline(CPU_OFFLINE);
  }

  park(): void {
    if (!this.swap(this.self, CPU_ONLINE, CPU_PARKED)) throw this.busy('parked');
  }

  /** @throws `CpuBusy` if it is not parked; `OwnerDied` if the CPU that had seized it is dead. */
  unpark(): void {
    this.comeOnline(CPU_PARKED);
  }

  release(): void {
    if (!this.swap(this.self, CPU_ONLINE, CPU_OFFLINE)) throw this.busy('detached');
  }

  /** @throws `InvalidArgs` unless the machine has a CPU of that number. */
  assertCpu(cpu: number): void {
    assertWhole(cpu, 'CPU', 0, this.cpus - 1);
  }

  /** @throws `CorruptMachine` if a CPU's word is not one that this class writes. */
  assertSound(): void {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const word = this.word(cpu);
      const seizer = seizerOf(word);
      const isSeized = (word & STATE_MASK) === CPU_SEIZED;
      const isSound = isSeized
        ? SEIZABLE.includes(stateBefore(word)) &&
          seizer >= 0 &&
          seizer < this.cpus &&
          word === seized(stateBefore(word), seizer)
        : word >= CPU_OFFLINE && word <= CPU_DEAD;
      if (!isSound) throw corrupt(`the state of CPU ${cpu} is ${word}, which there is not`);
    }
  }

  /** @throws `InvalidArgs` for a CPU that does not exist. */
  markDead(cpu: number): void {
    this.assertCpu(cpu);
    for (;;) {
      const word = this.word(cpu);
      const isSeized = (word & STATE_MASK) === CPU_SEIZED;
      // A seized CPU's area is being worked on: it is dead from now on, and its word says so once that has ended. The
      // thread that recovered it as an observer is the one that has ended.
      const dead = isSeized && seizerOf(word) !== cpu ? seized(CPU_DEAD, seizerOf(word)) : CPU_DEAD;
      if (this.swap(cpu, word, dead)) return;
    }
  }

  /**
   * Takes hold of a dead CPU for its recovery. Until `unseize` takes it offline, it is no longer dead to others, who wait for
   * its locks as for those of a CPU that runs, and a thread that attaches to it waits, too.
   *
   * @throws `CpuBusy` unless the CPU was marked dead, while another recovers it, and where one that had seized it does not let
   * it go: it may wait for a lock of another dead CPU
   */
  beginRecovery(cpu: number): void {
    for (let polls = 0; ; polls++) {
      const word = this.word(cpu);
      const isSeized = (word & STATE_MASK) === CPU_SEIZED;
      const isDead = isSeized ? this.isDead(cpu) : word === CPU_DEAD;
      if (!isDead) throw this.notDead(cpu, word);
      if (!isSeized || this.isDeserted(cpu, word)) {
        if (this.swap(cpu, word, seized(CPU_OFFLINE, this.self))) return;
        continue;
      }
      // Another CPU takes the frames that it cached, which is short.
      this.checkStop();
      if (polls > SEIZURE_POLLS_MAX) throw this.notDead(cpu, word);
      Atomics.wait(this.words, this.at(cpu), word, SEIZURE_POLL_MS);
    }
  }

  /** CPUs whose threads ended without detaching and that nobody recovers now, and whom each had seized. */
  deaths(): { readonly cpu: number; readonly seized: readonly number[] }[] {
    const all = Array.from({ length: this.cpus }, (_, cpu) => cpu);
    const seizedBy = (dead: number) =>
      all.filter((cpu) => {
        const word = this.word(cpu);
        return cpu !== dead && (word & STATE_MASK) === CPU_SEIZED && seizerOf(word) === dead;
      });
    return all.filter((cpu) => this.isDead(cpu)).map((cpu) => ({ cpu, seized: seizedBy(cpu) }));
  }

  /** Ends a recovery that could not be completed, if it has not ended: the CPU, which was in `state`, is dead. */
  abandon(cpu: number, state: number): void {
    if (this.swap(cpu, seized(state, this.self), CPU_DEAD)) Atomics.notify(this.words, this.at(cpu));
  }

  /**
   * Takes over what a CPU that is being recovered had seized.
   *
   * @returns the CPUs, and the states that `unseize` lets them go to; one that was offline may have been in recovery
   */
  inherit(dead: number): { readonly cpu: number; readonly state: number }[] {
    const seizures: { cpu: number; state: number }[] = [];
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const word = this.word(cpu);
      if (cpu === dead || (word & STATE_MASK) !== CPU_SEIZED || seizerOf(word) !== dead) continue;
      const state = stateBefore(word);
      if (this.swap(cpu, word, seized(state, this.self))) seizures.push({ cpu, state });
    }
    return seizures;
  }

  /**
   * Asks all CPUs that run to stand still before their next allocation, and takes hold of all others.
   *
   * @param waitMs how long to wait for those that run, in milliseconds
   * @returns the CPUs to give to `letGo`, and whether no CPU runs or died
   */
  standStill(waitMs: number): { readonly standing: readonly number[]; readonly isStill: boolean } {
    const standing: number[] = [];
    if (!this.takeHaltWord()) return { standing, isStill: false };
    try {
      let isStill = true;
      let waitsLeft = waitMs / SEIZURE_POLL_MS;
      for (let cpu = 0; cpu < this.cpus; cpu++) {
        if (cpu === this.self || this.isSeizedByMe(cpu)) continue;
        let state = this.trySeizeWhole(cpu);
        for (; state < 0 && waitsLeft > 0 && !this.isDeserted(cpu, this.word(cpu)); waitsLeft--) {
          this.checkStop();
          Atomics.wait(this.words, this.at(cpu), this.word(cpu), SEIZURE_POLL_MS);
          state = this.trySeizeWhole(cpu);
        }
        if (state >= 0) standing.push(cpu);
        if (state < 0 || state === CPU_DEAD) isStill = false;
      }
      return { standing, isStill };
    } catch (error) {
      this.letGo(standing);
      throw error;
    }
  }

  /** Ends `standStill`. */
  letGo(standing: readonly number[]): void {
    for (const cpu of standing) this.unseize(cpu);
    Atomics.compareExchange(this.words, this.haltAt, this.self + 1, 0);
    Atomics.notify(this.words, this.haltAt);
  }

  /**
   * Where the CPU stands still when another asks for it: it parks until all may go on.
   *
   * @param cpu parks and unparks; if it cannot be unparked, since the one that asked died, it stays parked
   */
  haltPoint(cpu: { park(): void; unpark(): void }): HaltPoint {
    const stand = () => {
      cpu.park();
      try {
        this.awaitGo();
      } finally {
        cpu.unpark();
      }
    };
    return { word: this.words.subarray(this.haltAt, this.haltAt + 1), stand };
  }

  /** @throws `Stopped` */
  private awaitGo(): void {
    for (;;) {
      const halter = Atomics.load(this.words, this.haltAt);
      if (halter === 0) return;
      if (this.isDead(halter - 1)) Atomics.compareExchange(this.words, this.haltAt, halter, 0);
      this.checkStop();
      Atomics.wait(this.words, this.haltAt, halter, SEIZURE_POLL_MS);
    }
  }

  trySeize(cpu: number): number {
    const state = this.trySeizeWhole(cpu);
    if (state >= 0 || this.leavesDead) return state;
    // What a dying seizer left half done is as bad as what a dead CPU left.
    const word = this.word(cpu);
    return this.isDeserted(cpu, word) && this.swap(cpu, word, seized(CPU_DEAD, this.self)) ? CPU_DEAD : -1;
  }

  /** `trySeize`, but of no CPU whose seizer died: its area may be half changed. */
  private trySeizeWhole(cpu: number): number {
    for (const state of this.leavesDead ? SEIZABLE_ALIVE : SEIZABLE) {
      if (this.swap(cpu, state, seized(state, this.self))) return state;
    }
    return -1;
  }

  unseize(cpu: number): void {
    for (;;) {
      const word = this.word(cpu);
      if ((word & STATE_MASK) !== CPU_SEIZED || word >> SEIZER_SHIFT !== this.self + 1) return;
      if (this.swap(cpu, word, stateBefore(word))) break;
    }
    Atomics.notify(this.words, this.at(cpu));
  }

  /** From `from` to online; waits while another works on this CPU's area. */
  private comeOnline(from: number): void {
    for (;;) {
      if (this.swap(this.self, from, CPU_ONLINE)) return;
      const word = this.word(this.self);
      if (word === from) continue;
      if ((word & STATE_MASK) !== CPU_SEIZED || stateBefore(word) !== from)
        throw this.busy(from === CPU_PARKED ? 'unparked' : 'claimed');
      const seizer = seizerOf(word);
      if (this.isDead(seizer)) {
        throw new LabError('OwnerDied', `CPU ${this.self} was seized by CPU ${seizer}, which died meanwhile`);
      }
      this.checkStop();
      Atomics.wait(this.words, this.at(this.self), word, SEIZURE_POLL_MS);
    }
  }

  /** Whether it was seized by a CPU that died since. A CPU that an observer recovers is its own seizer. */
  private isDeserted(cpu: number, word: number): boolean {
    const seizer = seizerOf(word);
    if ((word & STATE_MASK) !== CPU_SEIZED || seizer < 0 || seizer === cpu) return false;
    const its = this.word(seizer);
    return its === CPU_DEAD || ((its & STATE_MASK) === CPU_SEIZED && stateBefore(its) === CPU_DEAD);
  }

  /** False while another CPU asks all to stand still. */
  private takeHaltWord(): boolean {
    for (;;) {
      const halter = Atomics.compareExchange(this.words, this.haltAt, 0, this.self + 1);
      // A recovery that was broken off left the word as it was.
      if (halter === 0 || halter === this.self + 1) return true;
      if (!this.isDead(halter - 1)) return false;
      Atomics.compareExchange(this.words, this.haltAt, halter, 0);
    }
  }

  private isSeizedByMe(cpu: number): boolean {
    const word = this.word(cpu);
    return (word & STATE_MASK) === CPU_SEIZED && seizerOf(word) === this.self;
  }

  private notDead(cpu: number, word: number): LabError {
    const isSeized = (word & STATE_MASK) === CPU_SEIZED;
    const why = isSeized
      ? `CPU ${seizerOf(word)} works on it now`
      : `it is ${STATE_NAMES[word & STATE_MASK]}: say markDead(${cpu}) first, once its thread was seen to end`;
    return new LabError('CpuBusy', `CPU ${cpu} cannot be recovered: ${why}`);
  }

  private busy(what: string): LabError {
    const hint = this.isDead(this.self) ? '' : ': each thread needs a CPU of its own';
    return new LabError(
      'CpuBusy',
      `CPU ${this.self} cannot be ${what}, it is ${this.stateName(this.self)}${hint}`,
    );
  }

  private swap(cpu: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.words, this.at(cpu), from, to) === from;
  }

  private word(cpu: number): number {
    return Atomics.load(this.words, this.at(cpu));
  }

  private at(cpu: number): number {
    return this.base + cpu * LINE_WORDS;
  }
}

function seized(before: number, seizer: number): number {
  return CPU_SEIZED | (before << STATE_BITS) | ((seizer + 1) << SEIZER_SHIFT);
}

function seizerOf(word: number): number {
  return (word >> SEIZER_SHIFT) - 1;
}

/** The state that a seized CPU goes back to. */
function stateBefore(word: number): number {
  return (word >> STATE_BITS) & STATE_MASK;
}
