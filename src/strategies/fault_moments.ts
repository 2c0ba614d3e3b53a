import type { ControlContext, Strategy } from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { FAULTS, FAULTS_MAX, keepLanes, keepThreads, laneOf, N } from '../control/words/fault.ts';
import { H, type Layout } from '../control/words/layout.ts';
import { below } from '../control/words/word_random.ts';

/** In one schedule of so many there is no fault of a kind, where one at most is asked for; in the others there is. */
const NONE_ONE_IN = 4;

/**
 * A random strategy in a world with faults: how many there are in a schedule, and when, is drawn as it begins, evenly over the
 * steps of the longest one so far. Where one is due it happens at the first step at which it can, to any thread that it can
 * happen to. The strategy itself decides among threads only, and is not told of faults.
 */
class FaultMoments implements Strategy {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  /** The words that hold, for each kind, the steps from which on its faults are due; -1 for none. */
  private readonly moments: number;
  private readonly strategy: Strategy;
  private readonly threads: ActorSet;
  private readonly faults: ActorSet;
  private readonly lanes: ActorSet;

  constructor({ words, layout, sets }: ControlContext, strategy: Strategy) {
    this.words = words;
    this.threads = sets.own();
    this.faults = sets.own();
    this.lanes = sets.own();
    this.layout = layout;
    this.moments = layout.faults + N.MOMENTS;
    this.strategy = strategy;
  }

  get random(): boolean {
    return this.strategy.random;
  }

  begin(): void {
    this.strategy.begin();
    const { words, layout, moments } = this;
    const steps = Math.max(words[H.STEPS_MAX], words[H.THREADS] * 2);
    words.fill(-1, moments, moments + FAULTS * FAULTS_MAX);
    for (let fault = 0; fault < FAULTS; fault++) {
      const most = words[layout.faults + N.ASKED + fault];
      if (most === 0 || below(words, NONE_ONE_IN) === 0) continue;
      const times = 1 + below(words, most);
      for (let i = 0; i < times; i++) words[moments + fault * FAULTS_MAX + i] = below(words, steps + 1);
    }
  }

  pick(candidates: ActorSet): number {
    const faults = keepLanes(this.words, this.faults.copy(candidates));
    if (!faults.isEmpty) {
      const lane = this.due(faults);
      if (lane >= 0) return lane;
    }
    return this.strategy.pick(keepThreads(this.words, this.threads.copy(candidates)));
  }

  /** The lane of a fault whose moment has come; -1 if none has. */
  private due(faults: ActorSet): number {
    const { words, layout, moments } = this;
    for (let fault = 0; fault < FAULTS; fault++) {
      for (let i = 0; i < words[layout.faults + N.ASKED + fault]; i++) {
        const at = moments + fault * FAULTS_MAX + i;
        if (words[at] < 0 || words[at] > words[H.STEP]) continue;
        const lanes = this.lanesOf(fault, faults);
        if (lanes.isEmpty) continue;
        words[at] = -1;
        return lanes.nth(below(words, lanes.size));
      }
    }
    return -1;
  }

  /** The lanes of that kind among those that are possible. */
  private lanesOf(fault: number, faults: ActorSet): ActorSet {
    const { words, layout } = this;
    const lanes = this.lanes.clear();
    for (let thread = 0; thread < words[H.BEGINNERS]; thread++)
      lanes.add(laneOf(words, layout, fault, thread));
    return lanes.intersect(faults);
  }

  end(outcome: number): boolean {
    return this.strategy.end(outcome);
  }
}

/** The strategy as it is, or where there are faults one that lets them happen, too. */
export function withFaults(context: ControlContext, strategy: Strategy): Strategy {
  return context.words[H.FAULTS] === 0 ? strategy : new FaultMoments(context, strategy);
}
