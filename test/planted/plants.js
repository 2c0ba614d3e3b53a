// Every planted bug, and what the lab must say of it. The header of each module says what is wrong and why the
// symptom follows.

import { fileURLToPath } from 'node:url';

/** @param {string} name */
const module = (name) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/**
 * @typedef {object} Plant
 * @property {string} bug its name
 * @property {string} workload one that meets it
 * @property {string} [allocator] the module's path, or a name; the default one unless given
 * @property {string} [lock] the module's path; the default one unless given
 * @property {string} [duration] how long the run goes on where nothing is found; 1 s unless given
 * @property {string} [oracle] the level that it takes; the default one unless given
 * @property {number} exit the exit code
 * @property {readonly string[]} symptoms any of which names it correctly; empty where the run fails otherwise
 * @property {RegExp} [says] what the text must say besides
 */

/** @type {readonly Plant[]} */
export const PLANTS = [
  {
    bug: 'no lock around the global pool',
    allocator: module('no_lock'),
    workload: 'churn',
    duration: '8s',
    exit: 1,
    symptoms: ['double-allocation', 'corrupt-allocator', 'lost-frame'],
  },
  {
    bug: 'no lock around the global pool of buddy',
    allocator: module('buddy_no_lock'),
    workload: 'pressure',
    duration: '8s',
    exit: 1,
    symptoms: ['double-allocation', 'corrupt-allocator', 'lost-frame'],
  },
  {
    bug: 'the same frame handed out twice',
    allocator: module('handed_out_twice'),
    workload: 'churn',
    exit: 1,
    symptoms: ['double-allocation'],
  },
  {
    bug: 'a frame lost at free',
    allocator: module('lost_at_free'),
    workload: 'churn',
    exit: 1,
    symptoms: ['lost-frame'],
  },
  {
    bug: 'zeroing skipped',
    allocator: module('zeroing_skipped'),
    workload: 'churn',
    exit: 1,
    symptoms: ['not-zeroed'],
  },
  {
    bug: 'wrong alignment',
    allocator: module('wrong_alignment'),
    workload: 'churn',
    exit: 1,
    symptoms: ['misaligned'],
  },
  {
    bug: 'a buddy merged with a chunk in use',
    allocator: module('merges_in_use'),
    workload: 'churn',
    exit: 1,
    symptoms: ['double-allocation', 'corrupt-allocator'],
  },
  {
    bug: 'a lock that two can hold',
    // One that takes its lock all the time: `buddy` hardly ever does.
    allocator: 'global-buddy',
    lock: module('two_holders_lock'),
    workload: 'churn',
    duration: '8s',
    exit: 1,
    symptoms: ['two-lock-holders'],
  },
  {
    bug: 'a free of the wrong size',
    allocator: module('wrong_free_size'),
    workload: 'churn',
    exit: 1,
    symptoms: ['double-allocation', 'corrupt-allocator'],
  },
  {
    bug: 'a counter that drifts',
    allocator: module('counter_drift'),
    workload: 'churn',
    exit: 1,
    symptoms: ['corrupt-allocator'],
  },
  {
    bug: 'a stale list link',
    allocator: module('stale_head'),
    workload: 'refcount',
    duration: '8s',
    exit: 1,
    symptoms: ['double-allocation', 'corrupt-allocator', 'lost-frame'],
  },
  {
    bug: 'a reference count that is not atomic',
    allocator: module('refcount_not_atomic'),
    workload: 'refcount',
    duration: '8s',
    exit: 1,
    symptoms: ['leak', 'bad-handle', 'double-allocation', 'bad-free'],
  },
  {
    bug: 'a lock released twice',
    allocator: module('releases_twice'),
    workload: 'churn',
    exit: 1,
    symptoms: ['lock-misuse'],
  },
  {
    bug: 'a release that does not check the owner',
    allocator: module('releases_twice'),
    lock: module('no_owner_check_lock'),
    workload: 'churn',
    exit: 1,
    symptoms: ['lock-misuse', 'two-lock-holders'],
  },
  {
    bug: 'a lock not released on one path',
    allocator: module('never_releases'),
    workload: 'churn',
    exit: 1,
    symptoms: ['lock-misuse'],
  },
  {
    bug: 'a holder that never comes back',
    allocator: module('hangs_holding'),
    workload: 'churn',
    duration: '6s',
    exit: 5,
    symptoms: [],
    says: /lock global-pool has been held by CPU [01]/,
  },
  {
    bug: 'a worker that dies holding a lock',
    allocator: module('dies_holding'),
    workload: 'churn',
    duration: '6s',
    exit: 5,
    symptoms: [],
    says: /worker 1: .*holding lock global-pool/,
  },
  {
    bug: 'an onDrop that is forgotten',
    allocator: module('drops_no_metadata'),
    workload: 'lru',
    exit: 1,
    symptoms: ['metadata-drop'],
  },
  {
    bug: 'a list out of order',
    allocator: module('list_out_of_order'),
    workload: 'lru',
    exit: 1,
    symptoms: ['corrupt-list'],
  },
  {
    bug: 'a list that loses a frame',
    allocator: module('list_loses'),
    workload: 'lru',
    exit: 1,
    symptoms: ['corrupt-list'],
  },
  {
    bug: 'a lock of the workload’s own that two can hold',
    lock: module('two_holders_lock'),
    workload: 'lru',
    duration: '8s',
    exit: 1,
    symptoms: ['two-lock-holders'],
    says: /lru-list/,
  },
  ...['lru', 'scatter-gather'].map((workload) => ({
    bug: `metadata written over (${workload})`,
    allocator: module('writes_over_metadata'),
    workload,
    exit: 1,
    symptoms: ['corrupt-metadata'],
  })),
  {
    bug: 'a slice without references',
    allocator: module('slice_not_counted'),
    workload: 'scatter-gather',
    exit: 1,
    symptoms: ['bad-handle', 'double-allocation', 'metadata-drop', 'corrupt-metadata', 'corrupt-contents'],
  },
  {
    bug: 'a write that falls short',
    allocator: module('write_falls_short'),
    workload: 'scatter-gather',
    exit: 1,
    symptoms: ['corrupt-contents'],
  },
  {
    bug: 'a cache that is not empty when its CPU comes back',
    allocator: module('stale_cache'),
    workload: 'cpu-hotplug',
    duration: '4s',
    exit: 1,
    symptoms: ['double-allocation'],
  },
  {
    bug: 'a write into a frame in use when a CPU leaves',
    allocator: module('writes_when_leaving'),
    workload: 'cpu-hotplug',
    duration: '4s',
    exit: 1,
    symptoms: ['corrupt-contents'],
  },
];

/** @type {readonly Plant[]} */
export const CONTROLS = ['churn', 'refcount', 'lru', 'scatter-gather', 'cpu-hotplug'].flatMap((workload) => [
  { bug: 'none', allocator: module('sound'), workload, exit: 0, symptoms: [] },
  { bug: 'none', allocator: module('sound'), workload, oracle: 'full', exit: 0, symptoms: [] },
  { bug: 'none', allocator: 'global-buddy', lock: module('sound_lock'), workload, exit: 0, symptoms: [] },
]);
