import { createHmac, timingSafeEqual } from 'node:crypto';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { canonical } from '../../platform/canonical_json.ts';
import type { Recording } from './recording.ts';
import { isOutside, realPath } from './scenario_file.ts';
import { makeUserKey, userKey } from './user_key.ts';

// Who explores a scenario runs it, and so trusts it already: a replay file that came of it, for that very scenario, need
// not be allowed again. Only who knows the user's key can tell a file so.

/** The HMAC by which this user's own files are known; undefined where the user has no key and none can be made. */
export function hmacOf(recording: Recording): string | undefined {
  const key = makeUserKey();
  return key && digest(recording, key).toString('hex');
}

/**
 * Whether this user wrote the recording, on this machine and for that scenario. What does not fit is no damage: it is
 * another user's, or the file or the scenario was moved.
 */
export function isOurs(recording: Recording, hmac: unknown): boolean {
  if (typeof hmac !== 'string' || !/^[0-9a-f]{64}$/.test(hmac)) return false;
  const key = userKey();
  return key !== undefined && timingSafeEqual(digest(recording, key), Buffer.from(hmac, 'hex'));
}

/** What the command needs that replays a file of ours. */
export function replayFlag(recording: Recording): '' | ' --allow-outside' {
  return isOutside(recording.scenario) && hmacOf(recording) === undefined ? ' --allow-outside' : '';
}

/** Over the scenario's own place, not the path from the file to it: that leads elsewhere from elsewhere. */
function digest(recording: Recording, key: Buffer): Buffer {
  const { scenario } = recording;
  const place = pathToFileURL(realPath(fileURLToPath(scenario))).href + new URL(scenario).search;
  return createHmac('sha256', key)
    .update(canonical({ ...recording, scenario: place }))
    .digest();
}
