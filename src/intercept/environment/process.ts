import { stackText } from '../../control/notes/site.ts';
import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';
import { FAIL } from '../../control/words/layout.ts';

const PRINTS = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table'] as const;

/** The thread's process and console: what it prints, that it exits, where it is. */
export const processAndConsole: Interceptor = {
  name: 'process',
  install(host) {
    muteConsole(host);
    catchExit(host);
    passCwd(host);
    return undefined;
  },
};

function muteConsole(host: InterceptHost): void {
  const target = console as unknown as Record<string, (...args: unknown[]) => void>;
  for (const name of PRINTS) {
    const original = target[name];
    target[name] = (...args) => {
      if (!host.quiet) original.apply(console, args);
    };
  }
}

/** A thread that exits fails its schedule. */
function catchExit({ engine }: InterceptHost): void {
  const { exit } = process;
  replace(process, 'exit', (code?: number) => {
    if (!engine.controlled) return exit.call(process, code);
    engine.abort(FAIL.EXIT, {
      name: 'process.exit',
      message: `process.exit(${code ?? ''}) was called in thread ${engine.me}`,
      stack: stackText(),
    });
  });
}

/** In a worker it looks at a counter in shared memory, by the public `Atomics`: that is no step of the code under test. */
function passCwd({ engine }: InterceptHost): void {
  const { cwd } = process;
  replace(process, 'cwd', () => engine.uncontrolled(() => cwd.call(process)));
}
