/** How a Worker begins: what its parent gives it, beside the value and the ports in the envelope. Plain data. */
export interface Start {
  readonly entry: Entry;
  /** Number of the end that is the Worker's `parentPort`. */
  readonly port: number;
  readonly threadId: number;
  readonly name: string;
  /** Environment variables; undefined where it shares those of its parent. */
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly preloads: readonly Preload[];
  /** What it prints goes to its parent as a stream. */
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly resourceLimits: object;
}

/** Where a thread's program begins. */
export type Entry =
  | { readonly kind: 'file'; readonly url: string }
  | { readonly kind: 'eval'; readonly source: string }
  | { readonly kind: 'data'; readonly url: string };

/** A module that is loaded before: by `--import` or `--require`. */
export interface Preload {
  readonly how: 'import' | 'require';
  readonly specifier: string;
}

/** The preloads among the arguments of Node.js: `--import X`, `--import=X`, `-r X`. */
export function preloadsOf(execArgv: readonly string[]): Preload[] {
  const preloads: Preload[] = [];
  for (let i = 0; i < execArgv.length; i++) {
    const [option, value] = execArgv[i].split(/=(.*)/s);
    const how = option === '--import' ? 'import' : ['-r', '--require'].includes(option) ? 'require' : undefined;
    if (how !== undefined) preloads.push({ how, specifier: value ?? execArgv[++i] ?? '' });
  }
  return preloads;
}
