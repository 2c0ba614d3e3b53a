/**
 * Seconds of CPU time that this process consumed while `work` was under way, all its threads together: unlike the time on the wall
 * it does not depend on what else the machine does.
 */
export async function withCpuTime<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly cpuSeconds: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuSeconds: (user + system) / 1e6 };
}
