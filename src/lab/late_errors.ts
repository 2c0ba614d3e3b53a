/** Catches unhandled errors: by default they end the thread, too late to know which worker's it was. */
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

/** Lets what the workload started asynchronously finish: promises first, then timers that are due. */
export async function lateErrors(): Promise<void> {
  await new Promise((done) => setImmediate(done));
  await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => setImmediate(done));
}
