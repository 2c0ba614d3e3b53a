// Runs the cases of one area from a given one on, each in a world of its own, and posts what came of each: so that whoever
// waits for a post knows which case hangs.
import { parentPort, workerData } from 'node:worker_threads';
import { LabError } from '#src/index.js';
import { casesOf } from './case_table.mjs';
import { World } from './world.mjs';

const { area, from, allocator, port } = workerData;
const control = new Int32Array(workerData.control);
const [ROUNDS, STOP, STATE] = [0, 1, 2];
const WAIT_MS = 60_000;

const { cases, neighbour } = casesOf(area);
for (let index = from; index < cases.length; index++) {
  const problems = [];
  try {
    runCase(cases[index], problems);
  } catch (error) {
    problems.push(`the world around it failed: ${error?.stack}`);
  }
  parentPort.postMessage({ index, problems });
}

function runCase({ act, expected }, problems) {
  const world = new World(allocator);
  const { machine } = world;
  const before = machine.audit().allocatedBytes;
  if (neighbour) startNeighbour(machine.handle);
  judge(act, world, expected, problems);
  if (neighbour) stopNeighbour(problems);
  try {
    world.clear();
  } catch (error) {
    problems.push(`afterwards what was allocated cannot be given back: ${error?.stack}`);
  }
  const audit = machine.audit();
  problems.push(...audit.problems);
  if (audit.allocatedBytes !== before) problems.push(`${audit.allocatedBytes - before} bytes were leaked`);
}

/** `expected` is a code, a list of codes, `'fine'`, or `'named'` for any code. */
function judge(act, world, expected, problems) {
  try {
    act(world);
    if (expected !== 'fine') problems.push(`it was accepted; expected ${expected}`);
  } catch (error) {
    if (!(error instanceof LabError)) problems.push(`a raw error: ${error?.stack}`);
    else if (expected !== 'named' && ![expected].flat().includes(error.code))
      problems.push(`${error.code}: ${error.message}; expected ${expected}`);
    else if (/\[object/.test(error.message)) problems.push(`says nothing: ${error.message}`);
  }
}

function startNeighbour(handle) {
  Atomics.store(control, STOP, 0);
  Atomics.store(control, STATE, 0);
  port.postMessage(handle);
  if (Atomics.wait(control, STATE, 0, WAIT_MS) === 'timed-out')
    throw new Error('the neighbour did not begin');
  awaitRound();
}

function stopNeighbour(problems) {
  if (Atomics.load(control, STATE) === 1 && !awaitRound()) problems.push('the neighbour stands still');
  Atomics.store(control, STOP, 1);
  Atomics.wait(control, STATE, 1, WAIT_MS);
  if (Atomics.load(control, STATE) !== 2) problems.push('the neighbour failed');
}

/** A round that began after now has ended. */
function awaitRound() {
  for (let i = 0; i < 2; i++) {
    const seen = Atomics.load(control, ROUNDS);
    if (Atomics.load(control, STATE) !== 1) return true;
    if (Atomics.wait(control, ROUNDS, seen, WAIT_MS) === 'timed-out') return false;
  }
  return true;
}
