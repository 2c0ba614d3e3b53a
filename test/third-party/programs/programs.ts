/**
 * The programs of this folder and of `test/explore/program/programs`, by the names of their main files, with the line
 * that each prints where its outcome is right.
 */

/** No order of events is known in which one of them goes wrong. */
export const RIGHT: Readonly<Record<string, RegExp>> = {
  'comlink-calls.mjs': /^comlink: 1 3 3 error$/m,
  'comlink-callback.mjs': /^comlink: 6 by callbacks$/m,
  'comlink-lost-update-mended.mjs': /^comlink: 2$/m,
  'comlink-nested.mjs': /^comlink: 20 50 from a nested Worker$/m,
  'comlink-release.mjs': /^comlink: 3 by two endpoints$/m,
  'comlink-transfer.mjs': /^comlink: 555 666$/m,
  'multithreading-channel.mjs': /^multithreading: 1 2 3$/m,
  'multithreading-spawn.mjs': /^multithreading: 4$/m,
  'piscina-abort.mjs': /^piscina: aborted, then 2$/m,
  'piscina-atomics-async.mjs': /^piscina: 2 error 4$/m,
  'piscina-close-one.mjs': /^piscina: closed$/m,
  'piscina-exit.mjs': /^piscina: exit 3, then 2$/m,
  'piscina-tasks.cjs': /^piscina: 1 22 7777$/m,
  'piscina-tasks.mjs': /^piscina: 2 3 4$/m,
  'piscina-two-pools.mjs': /^piscina: 1 2 11 12 from two pools$/m,
  'smp-calls.mjs': /^sync-message-port: 10 20$/m,
  'smp-close.mjs': /^sync-message-port: 11 12 closed$/m,
  'smp-poll.cjs': /^sync-message-port: a b$/m,
  'smp-timeout.mjs': /^sync-message-port: 1 2 closed$/m,
  'sync-threads-one.cjs': /^sync-threads: 42 error$/m,
  'thread-stream-flush.mjs': /^thread-stream: one two, flushed$/m,
  'thread-stream-lines.cjs': /^thread-stream: 8 characters$/m,
  'thread-stream-lines.mjs': /^thread-stream: one two$/m,
  'thread-stream-ready.mjs': /^thread-stream: ready, closed$/m,
  'thread-stream-small.mjs': /^thread-stream: 0123456789$/m,
  'threads-calls.mjs': /^threads: 2 4 error$/m,
  'threads-observable.cjs': /^threads: 1 2 3 and 16$/m,
  'threads-pool.mjs': /^threads: 2 4 6$/m,
  'tinypool-abort.mjs': /^tinypool: aborted, then 2$/m,
  'tinypool-destroy.mjs': /^tinypool: both tasks were told$/m,
  'tinypool-error.mjs': /^tinypool: 2 error 4$/m,
  'tinypool-move.mjs': /^tinypool: 1000 bytes moved$/m,
  'tinypool-tasks.mjs': /^tinypool: 2 3 4$/m,
  'web-worker-classic.cjs': /^web-worker: 9 16$/m,
  'web-worker-messages.mjs': /^web-worker: 2 4 bye$/m,
  'web-worker-terminate.mjs': /^web-worker: one ended, one answered$/m,
  'workerpool-events.mjs': /^workerpool: two events, two answers, one error$/m,
  'workerpool-exit.mjs': /^workerpool: exit 3, then 2$/m,
  'workerpool-offload.cjs': /^workerpool: 3 12 -5$/m,
  'workerpool-tasks.mjs': /^workerpool: 2 3 4$/m,
  'workerpool-terminate-force.mjs': /^workerpool: both tasks were told$/m,
  'workerpool-timeout.mjs': /^workerpool: timeout, then 2$/m,
};

/** In some order of events, or in all, each of them goes wrong by a bug of its package, or of its own. */
export const WRONG: Readonly<Record<string, RegExp>> = {
  'await-sync-large.mjs': /^await-sync: 20000 3$/m,
  'await-sync-small.mjs': /^await-sync: 4 60 error$/m,
  'comlink-lost-update.mjs': /^comlink: 2$/m,
  'piscina-close.mjs': /^piscina: 2 3, then closed$/m,
  'smp-lossy-close.mjs': /^sync-message-port: 11 12 closed$/m,
  'sync-threads-two.mjs': /^sync-threads: 42 44$/m,
  'synckit-after-timeout.mjs': /^synckit: 4 timeout 9$/m,
  'synckit-calls.cjs': /^synckit: 4 error 1$/m,
  'synckit-calls.mjs': /^synckit: 2 4 6$/m,
  'synckit-error.mjs': /^synckit: 2 error 6$/m,
  'synckit-nested.mjs': /^synckit: 8 10 from a nested Worker$/m,
  'synckit-two-functions.mjs': /^synckit: 10 25 14 49$/m,
  'thread-stream-deaf.mjs': /^thread-stream: ready, closed$/m,
  'thread-stream-error.mjs': /^thread-stream: the error came$/m,
  'threads-completed-late.mjs': /^threads: 2, completed, 4$/m,
  'threads-terminate-failing.mjs': /^threads: 2, one error, terminated$/m,
  'tinypool-abort-skipped.mjs': /^tinypool: 1 2 (?:AbortError|3)$/m,
  'tinypool-exit.mjs': /^tinypool: the task was told$/m,
  'tinypool-recycle.mjs': /^tinypool: no thread is left$/m,
  'tinypool-worker-ids.mjs': /^tinypool: two numbers$/m,
  'workerpool-exit-waiting.mjs': /^workerpool: exit 3, then 2 that waited$/m,
  'workerpool-terminate-timeout.mjs': /^workerpool: timeout, then terminated$/m,
};

/**
 * Programs that use no package: each is there with its bug, and mended, under the name with `-mended`. Both print the
 * same line.
 */
export const OWN: Readonly<Record<string, RegExp>> = {
  'abort-late-answer': /^abort: 10 or cancelled, then 20$/m,
  'deadlock-by-messages': /^deadlock: both were answered$/m,
  'log-unref': /^log: one two three$/m,
  'mutex-lost-update': /^mutex: 4$/m,
  'node-test-order': /^# fail 0$/m,
  'pool-lost-task': /^pool: 1 4 9$/m,
  'ring-lost-drain': /^ring: 1 2 3 4$/m,
  'rpc-mixed-up': /^rpc: red, blue$/m,
  'shutdown-last-message': /^shutdown: three lines$/m,
};
