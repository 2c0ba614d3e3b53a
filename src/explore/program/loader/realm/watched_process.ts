/** What a program changes of `process` that is not a plain property: listeners, arguments, exit code. */
import { EventEmitter } from 'node:events';

// A program, or who controls it, may replace these.
const { on, removeListener, rawListeners, eventNames } = EventEmitter.prototype;

type Listener = (...args: unknown[]) => void;

export class WatchedProcess {
  private readonly listeners = new Map<string | symbol, readonly Listener[]>();
  private readonly lists: readonly { readonly list: string[]; readonly was: readonly string[] }[];
  private readonly exitCode = process.exitCode;
  private readonly title = process.title;
  private readonly defaultMaxListeners = EventEmitter.defaultMaxListeners;

  constructor() {
    for (const name of eventNames.call(process)) this.listeners.set(name, listenersOf(name));
    this.lists = [process.argv, process.execArgv].map((list) => ({ list, was: [...list] }));
  }

  putBack(): void {
    this.putListenersBack();
    for (const { list, was } of this.lists) if (!isSame(list, was)) list.splice(0, list.length, ...was);
    if (process.exitCode !== this.exitCode) process.exitCode = this.exitCode;
    if (process.title !== this.title) process.title = this.title;
    if (EventEmitter.defaultMaxListeners !== this.defaultMaxListeners) {
      EventEmitter.defaultMaxListeners = this.defaultMaxListeners;
    }
  }

  private putListenersBack(): void {
    for (const name of new Set([...eventNames.call(process), ...this.listeners.keys()])) {
      const now = listenersOf(name);
      const was = this.listeners.get(name) ?? [];
      if (isSame(now, was)) continue;
      for (const listener of now) removeListener.call(process, name, listener);
      for (const listener of was) on.call(process, name, listener);
    }
  }
}

function listenersOf(name: string | symbol): readonly Listener[] {
  return rawListeners.call(process, name) as Listener[];
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
