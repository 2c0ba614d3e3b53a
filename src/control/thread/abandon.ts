/** Thrown out of a pending operation to unwind an abandoned schedule. One object: no stack is taken. */
class ScheduleAbandoned extends Error {
  override readonly name = 'ScheduleAbandoned';
}

const traced = Error.stackTraceLimit;
Error.stackTraceLimit = 0;
export const ABANDONED = new ScheduleAbandoned('framelab: this schedule is being abandoned');
Error.stackTraceLimit = traced;

/** Thrown out of whatever a thread does that is to end: it exits, or was terminated. Likewise one object. */
class ThreadEnds extends Error {
  override readonly name = 'ThreadEnds';
}

Error.stackTraceLimit = 0;
export const KILLED = new ThreadEnds('framelab: this thread ends');
Error.stackTraceLimit = traced;

/** True for what unwinds a thread, and is no error of its code. */
export function isUnwinding(error: unknown): boolean {
  return error === ABANDONED || error === KILLED;
}
