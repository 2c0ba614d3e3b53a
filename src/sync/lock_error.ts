import { LabError } from '../platform/error.ts';

/** What an error about a lock names: `Lock` has both. */
export interface NamedLock {
  readonly kind: string;
  readonly name: string;
}

/** The owner asked for a lock that it holds: a spin lock would wait for itself for ever. */
export function relock(lock: NamedLock, cpu: number): LabError {
  return new LabError('Relock', `CPU ${cpu} holds lock ${lock.name} (${lock.kind}) already`);
}

/** A release by another CPU than the owner; `owner` is -1 if the lock is free. */
export function notOwner(lock: NamedLock, cpu: number, owner: number): LabError {
  const held = owner < 0 ? 'it is free' : `CPU ${owner} holds it`;
  return new LabError('NotOwner', `CPU ${cpu} cannot release lock ${lock.name} (${lock.kind}): ${held}`);
}

/** The holder's thread ended inside its critical section: what the lock guards may be half changed. */
export function ownerDied(lock: NamedLock, cpu: number, owner: number): LabError {
  return new LabError(
    'OwnerDied',
    `CPU ${cpu} waits for lock ${lock.name} (${lock.kind}), which CPU ${owner} held when its thread died`,
  );
}

/** The wait was longer than its bound; `owner` is -1 if the lock was free at that moment. */
export function lockTimeout(lock: NamedLock, cpu: number, owner: number, waitedMs: number): LabError {
  const held = owner < 0 ? 'nobody holds it now' : `CPU ${owner} holds it`;
  return new LabError(
    'LockTimeout',
    `CPU ${cpu} waited ${Math.round(waitedMs)} ms for lock ${lock.name} (${lock.kind}): ${held}`,
  );
}
