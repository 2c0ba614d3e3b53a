/**
 * What framelab is measured against: Asterinas' own allocator (osdk-frame-allocator) and its spin lock in native Rust,
 * fat LTO, on the machine of docs/performance.md. One unit is one uncontended `Atomics.compareExchange` there, 10 ns: a
 * figure in units can be compared with one taken on another machine, a figure in nanoseconds cannot.
 */
export interface PeerRow {
  /** Nanoseconds of one operation, for each of one or two threads: the native rows scale 1.8 to 2.0 times. */
  readonly nativeNs: number;
  readonly nativeUnits: number;
  /** The targets for the default allocator on one thread, in units; null if none. */
  readonly targetUnits: number | null;
}

export const PEER: Readonly<Record<string, PeerRow>> = {
  'raw-pair': { nativeNs: 15.5, nativeUnits: 1.5, targetUnits: 1.0 },
  'raw-batch64': { nativeNs: 33, nativeUnits: 3.3, targetUnits: 1.7 },
  'raw-mix': { nativeNs: 19, nativeUnits: 1.9, targetUnits: 1.9 },
  'frame-pair': { nativeNs: 26.4, nativeUnits: 2.6, targetUnits: 3.0 },
  'frame-pair-zeroed': { nativeNs: 61.7, nativeUnits: 6.2, targetUnits: 7.0 },
  segment10: { nativeNs: 392, nativeUnits: 39, targetUnits: 30 },
  ktest: { nativeNs: 11_300, nativeUnits: 1_130, targetUnits: 1_000 },
  'lock-pair': { nativeNs: 5.8, nativeUnits: 0.6, targetUnits: null },
};

/** Acquisitions a second of one native spin lock by two threads, in total: from, to. */
export const PEER_CONTENDED_PER_SECOND: readonly [number, number] = [46e6, 83e6];
