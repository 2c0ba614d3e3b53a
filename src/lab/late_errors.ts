/** Hears of errors that nobody catches: by default they end the thread, too late for anybody to know whose it was. */
export function listen(heard: (error: unknown, how: string) => void): { stop(): void } {
  const onRejection = (reason: unknown) => heard(reason, 'left a rejection unhandled');
  const onException = (error: unknown) => heard(error, 'threw in a timer or a callback');
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtException', onException);
  return {
    stop: () => {
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtException', onException);
    },
  };
}

/** Lets what the workload has begun on the side come out: promises first, then the timers that are due. */
export async function lateErrors(): Promise<void> {
  await new Promise((done) => setImmediate(done));
  await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => setImmediate(done));
}
