import { fileURLToPath } from 'node:url';
import { describeError } from '../../control/notes/local_failure.ts';
import type { AgentData } from '../../control/session/protocol.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { FAIL } from '../../control/words/layout.ts';
import { instrumentedSource } from '../../intercept/plain/plain.ts';
import { originOf } from '../../intercept/workers/worker_error.ts';
import { messagesOf } from '../../intercept/workers/workers.ts';
import { wrongExitCode } from './how_it_ended.ts';
import type { Transform } from './loader/sources/files.ts';
import { nativeModules, type ProgramModules } from './modules.ts';
import { type ProgramEnd, ProgramThread } from './program_thread.ts';

/** A look at the end of a program: throws, or returns false, where something is wrong. */
type Check = (end: {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}) => unknown;

/** `ReusedModules`, which only workers can load that have what it needs. */
export type ReusedModulesType = new (transform: Transform) => ProgramModules;

/** Makes a thread of a program of a worker. */
export function programThread(
  host: InterceptHost,
  data: AgentData,
  Reused: ReusedModulesType | undefined,
): ProgramThread {
  const { scenario: url, program, role } = data;
  const modules =
    Reused === undefined
      ? nativeModules
      : new Reused((source, url, kind) => instrumentedSource(host, source, url, kind));
  messagesOf(host).identity.syncs = Reused === undefined;
  let check: Check | undefined;
  const thread = new ProgramThread({
    host,
    modules,
    main: role === 'main' ? { url, path: fileURLToPath(url), args: program?.args ?? [] } : undefined,
    judge: (end) => judge(host, end, program?.exitCode ?? 0, check),
    load: async () => {
      await modules.load();
      if (program?.check !== undefined && role === 'main') check = await checkOf(program.check);
      return undefined;
    },
  });
  thread.install();
  return thread;
}

async function checkOf(url: string): Promise<Check> {
  const module = (await import(url)) as { check?: unknown; default?: unknown };
  const check = module.check ?? module.default;
  if (typeof check !== 'function') throw new TypeError(`${url} exports no function check()`);
  return check as Check;
}

/** Says whether a program ended as it should. */
function judge({ engine }: InterceptHost, end: ProgramEnd, expected: number, check: Check | undefined): void {
  const { ending, stdout, stderr } = end;
  const { code: exitCode, byError, error } = ending;
  if (exitCode !== expected) {
    engine.failure = byError
      ? { ...describeError(error), origin: originOf(error) }
      : wrongExitCode(ending, expected);
    engine.fail(byError ? FAIL.EXCEPTION : FAIL.EXIT_CODE);
    return;
  }
  try {
    if (check?.({ exitCode, stdout, stderr }) === false) throw new Error('check() returned false');
  } catch (thrown) {
    engine.failWith(FAIL.CHECK, thrown);
  }
}
