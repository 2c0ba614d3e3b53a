/**
 * What framelab is measured against: Asterinas' own allocator (osdk-frame-allocator) and its spin lock in native Rust,
 * fat LTO, beside framelab in one run, interleaved (November 2026). One unit is one uncontended `Atomics.compareExchange`
 * there: a figure in units can be compared with one taken on another machine, a figure in nanoseconds cannot.
 */
export interface PeerRow {
  /** Nanoseconds of one operation, for each of one or two threads: the native rows scale 1.8 to 2.0 times. */
  readonly nativeNs: number;
  readonly nativeUnits: number;
  /** The targets for the default allocator on one thread, in units; null if none. */
  readonly targetUnits: number | null;
}

/** Nanoseconds of a unit in that run. */
export const PEER_UNIT_NS = 8.9;

/** Rows without a native figure of that run are not here. */
export const PEER: Readonly<Partial<Record<string, PeerRow>>> = {
  'raw-pair': peer(1.5, 1.0),
  'raw-batch64': peer(2.8, 1.7),
  'raw-mix': peer(1.75, 1.9),
  // The work that native code does: it has no frame map.
  'raw-mix-bare': peer(1.75, null),
  'frame-pair': peer(2.66, 3.0),
  'frame-pair-zeroed': peer(6.1, 7.0),
  segment10: peer(39, 30),
  ktest: peer(998, 1_000),
  'lock-pair': peer(0.57, null),
};

function peer(nativeUnits: number, targetUnits: number | null): PeerRow {
  return { nativeNs: nativeUnits * PEER_UNIT_NS, nativeUnits, targetUnits };
}

/** Acquisitions a second of one native spin lock by two threads, in total: from, to, over several days. */
export const PEER_CONTENDED_PER_SECOND: readonly [number, number] = [27e6, 83e6];
