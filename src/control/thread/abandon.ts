/** Thrown out of a pending operation to unwind an abandoned schedule. One object: no stack is taken. */
class ScheduleAbandoned extends Error {
  override readonly name = 'ScheduleAbandoned';
}

const traced = Error.stackTraceLimit;
Error.stackTraceLimit = 0;
export const ABANDONED = new ScheduleAbandoned('framelab: this schedule is being abandoned');
Error.stackTraceLimit = traced;
