import { LabError } from '../../platform/error.ts';
import type { OutsideUse } from '../notes/outside_use.ts';
import { ended, type Member, type MemberData, spawn, takeOutside, tasksOfWorkers } from './member.ts';
import type { AgentReply, AgentRequest } from './protocol.ts';
import { awaitReply } from './request.ts';
import { LOOKS_PER_SECOND, type Patience, StallWatch } from './stall.ts';
import { systemUsage, type ThreadUsage, type UsageReader } from './thread_usage.ts';

export interface TeamOptions {
  /** CPU time that a thread of the scenario may consume without an operation, in ms. */
  readonly hangMs: number;
  /** What tells of CPU time, and how often it is asked. For tests; by default the system, ten times a second. */
  readonly usage?: UsageReader;
  readonly lookMs?: number;
}

/** Loading and setting up may take this many times as much as one operation to the next, and at least so much. */
const REQUEST_FACTOR = 10;
const REQUEST_CPU_MS_MIN = 10_000;
const LOOKS_ASLEEP_MIN = 10;
/** No worker is waited for less than a minute, and none for longer than a hundred times its CPU time. */
const LOOKS_MIN = 600;
const WALL_FACTOR = 100;

/** The workers of one session: starts them, asks them, watches what they consume, ends and replaces them. */
export class Team {
  readonly usage: UsageReader;
  readonly lookMs: number;
  members: Member[] = [];
  private readonly options: TeamOptions;
  private readonly dataFor: (thread: number) => MemberData;

  constructor(options: TeamOptions, dataFor: (thread: number) => MemberData) {
    this.options = options;
    this.usage = options.usage ?? systemUsage();
    this.lookMs = options.lookMs ?? 1000 / LOOKS_PER_SECOND;
    this.dataFor = dataFor;
  }

  /** Starts workers until there are `threads` of them. */
  grow(threads: number): void {
    while (this.members.length < threads) this.members.push(spawn(this.dataFor(this.members.length)));
  }

  /** Ends the workers beyond the first `threads`. */
  async keep(threads: number): Promise<void> {
    await Promise.all(this.members.splice(threads).map(ended));
  }

  /** Sends a request and waits for its reply; `what` names it in the error of a worker that gives none. */
  request(thread: number, request: AgentRequest, what: string): Promise<AgentReply> {
    const { hangMs } = this.options;
    const patience = this.patience(Math.max(REQUEST_CPU_MS_MIN, REQUEST_FACTOR * hangMs));
    const watch = new StallWatch(patience, 1, () => this.read(thread), this.helpersBusy);
    const { scenario } = this.dataFor(thread);
    const wait = { member: this.members[thread], request, watch, lookMs: this.lookMs };
    return awaitReply(wait).catch((error: unknown) => {
      throw new LabError('WorkerCrashed', `${scenario}: ${what} ${(error as Error).message}`, {
        cause: (error as Error).cause,
      });
    });
  }

  /** A watch over all threads, while they run schedules. */
  watchRun(): StallWatch {
    const patience = this.patience(this.options.hangMs);
    const read = (thread: number): ThreadUsage | null => this.read(thread);
    return new StallWatch(patience, this.members.length, read, this.helpersBusy);
  }

  /** What workers have met outside the explorer's control since they were asked. */
  readOutside(): OutsideUse[] {
    return this.members.flatMap(takeOutside);
  }

  async close(): Promise<void> {
    const { members } = this;
    this.members = [];
    await Promise.all(members.map(ended));
  }

  private readonly helpersBusy = (): boolean => this.usage.helpersBusy(tasksOfWorkers) === true;

  private read(thread: number): ThreadUsage | null {
    // One that is closed is read no more, though somebody may still wait for it.
    const member = this.members.at(thread);
    return member === undefined ? null : this.usage.read(member.worker, member.task);
  }

  private patience(cpuMs: number): Patience {
    const looks = (cpuMs / 1000) * LOOKS_PER_SECOND;
    return {
      cpuMs,
      looksAsleep: Math.max(LOOKS_ASLEEP_MIN, Math.min(looks, 3 * LOOKS_PER_SECOND)),
      looksMax: Math.max(LOOKS_MIN, looks * WALL_FACTOR),
    };
  }
}
