import type { MessagePort } from 'node:worker_threads';

/** How a Worker begins: what its parent gives it, beside the value and the ports in the envelope. Plain data. */
export interface Start {
  readonly entry: Entry;
  /** Number of the end that is the Worker's `parentPort`. */
  readonly port: number;
  readonly threadId: number;
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** They are those of its parent, and not a copy of them. */
  readonly sharesEnv: boolean;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly preloads: readonly Preload[];
  /** Number of the end that is its `process.stdin`, and the port of the host that carries it. */
  readonly stdin: { readonly id: number; readonly port: MessagePort } | undefined;
  /** What it prints goes to its parent as a stream. */
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly resourceLimits: object;
}

/** Where a thread's program begins. */
export type Entry =
  /** A main file or a Worker's, of any kind. */
  | { readonly kind: 'file'; readonly url: string }
  /** `new Worker(source, { eval: true })`: a script that has `require`. */
  | { readonly kind: 'eval'; readonly source: string }
  /** An ES module in a data: URL. */
  | { readonly kind: 'data'; readonly url: string };

/** A module that is loaded before, by `--import` or `--require`: a path, a URL, or a package. */
export interface Preload {
  readonly how: 'import' | 'require';
  readonly specifier: string;
}

const PRELOADS: Readonly<Record<string, Preload['how']>> = {
  '--import': 'import',
  '-r': 'require',
  '--require': 'require',
};

/** The preloads among the arguments of Node.js: `--import X`, `--import=X`, `-r X`. */
export function preloadsOf(execArgv: readonly string[]): Preload[] {
  return split(execArgv).preloads;
}

/** The other arguments. */
export function withoutPreloads(execArgv: readonly string[]): string[] {
  return split(execArgv).others;
}

function split(execArgv: readonly string[]): { readonly preloads: Preload[]; readonly others: string[] } {
  const preloads: Preload[] = [];
  const others: string[] = [];
  for (let i = 0; i < execArgv.length; i++) {
    const [option, value] = execArgv[i].split(/=(.*)/s);
    const how = PRELOADS[option];
    if (how === undefined) others.push(execArgv[i]);
    else preloads.push({ how, specifier: value ?? execArgv[++i] ?? '' });
  }
  return { preloads, others };
}
