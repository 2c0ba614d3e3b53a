// Runs the command line against a planted bug, as a user would.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
/** A run that takes longer is stuck, even on a busy machine. */
const LIMIT_MS = 50_000;
/** How long workers warm up, and what the watchdog waits for one that makes no progress: shorter than by default. */
const WARMUP = '200ms';
const HANG_TIMEOUT = '2s';

/**
 * @typedef {object} Report
 * @property {number | null} exit the exit code; null where it had to be killed
 * @property {number} ms from start to exit
 * @property {string[]} symptoms those that the result names, the first found first
 * @property {string} text what it printed for people
 */

/**
 * @param {import('./plants.js').Plant} plant
 * @param {number} seed
 * @returns {Promise<Report>}
 */
export async function runPlanted(plant, seed) {
  const args = [MAIN, 'run', plant.workload, '--workers', '2', '--seed', `${seed}`];
  args.push('--duration', plant.duration ?? '1s', '--json', '-', '--hang-timeout', HANG_TIMEOUT);
  args.push('--warmup', WARMUP);
  if (plant.allocator !== undefined) args.push('--allocator', plant.allocator);
  if (plant.lock !== undefined) args.push('--lock', plant.lock);
  if (plant.oracle !== undefined) args.push('--oracle', plant.oracle);
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const exit = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  const ms = performance.now() - startMs;
  return { exit, ms, symptoms: symptomsIn(stdout), text: stderr };
}

/**
 * Whether a plant was caught as it should be.
 *
 * @param {import('./plants.js').Plant} plant
 * @param {Report} report
 */
export function isCaught(plant, report) {
  if (report.exit !== plant.exit) return false;
  if (plant.symptoms.length > 0 && !plant.symptoms.includes(report.symptoms[0])) return false;
  if (plant.exit === 0 && report.symptoms.length > 0) return false;
  return plant.says === undefined || plant.says.test(report.text);
}

/** @param {string} json */
function symptomsIn(json) {
  try {
    /** @type {{ verdict: { violations: { symptom: string }[] } }} */
    const result = JSON.parse(json);
    return result.verdict.violations.map((violation) => violation.symptom);
  } catch {
    return [];
  }
}
