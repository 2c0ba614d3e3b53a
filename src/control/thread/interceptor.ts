/**
 * What replaces a part of the thread's world before any module of a user is loaded, so that its use becomes a step, or
 * repeats itself, or is at least noticed. A new interceptor is one file in `intercept/` and one row in its registry.
 */

import type { Buffers } from '../memory/buffers.ts';
import type { Carriers } from './carriers.ts';
import type { Engine } from './engine.ts';
import type { EventLoop } from './event_loop.ts';
import type { Outside } from './outside.ts';
import type { PlainAccesses } from './plain_accesses.ts';

/** All that interceptors may touch. */
export interface InterceptHost {
  readonly engine: Engine;
  readonly buffers: Buffers;
  readonly loop: EventLoop;
  readonly outside: Outside;
  /** Where plain accesses of shared memory are told. */
  readonly plain: PlainAccesses;
  /** Of everything random. */
  readonly seed: number;
  /** What the code under test prints is swallowed: thousands of schedules would print it. */
  quiet: boolean;
  /** Between the threads: what their messages are carried by. */
  carriers: Carriers;
}

export interface Interceptor {
  readonly name: string;
  /**
   * Replaces, in place. Returns what puts its state back, where it has any: called before each schedule, and before the
   * code under test is set up.
   */
  install(host: InterceptHost): (() => void) | undefined;
}

/** Replaces a property by a value that looks like an ordinary one. */
export function replace(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
}
