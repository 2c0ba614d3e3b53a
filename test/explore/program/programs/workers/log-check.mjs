import assert from 'node:assert/strict';
import { threadId } from 'node:worker_threads';

assert.ok(threadId > 0);
