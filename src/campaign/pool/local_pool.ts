import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onCore } from '../../platform/cores.ts';
import { DIST } from '../../platform/dist.ts';
import { LabError } from '../../platform/error.ts';
import type { Engine, Handed } from '../engine.ts';
import type { Plan, Slice } from '../plan/plan.ts';
import type { FromChild, ToChild } from './messages.ts';
import { coresToBind } from './width.ts';

/** Of what a process writes to standard error, so much is told where it ends by itself. */
const SAID_MAX = 500;
const LAST_WORDS_MS = 50;
/** A process that does not end by itself is ended. */
const END_MS = 3000;

/**
 * Processes of this machine that do slices: a process and not a thread, because the code under test may end the one that it
 * runs in. A process that ended is replaced.
 */
export class LocalPool implements Engine {
  readonly width: number;
  private readonly folder: string;
  private readonly cores: readonly number[] | null;
  private readonly idle: Child[] = [];
  private readonly all = new Set<Child>();
  private stopped = false;

  constructor(folder: string, plan: Plan, width: number) {
    this.folder = folder;
    this.width = width;
    this.cores = coresToBind(plan, width);
  }

  async do(slice: Slice): Promise<Handed> {
    const child = this.idle.pop() ?? this.start();
    if (this.stopped) child.send({ type: 'stop' });
    const handed = await child.do(slice.id);
    if (child.isAlive) this.idle.push(child);
    else this.all.delete(child);
    return handed;
  }

  /** Nothing waits here. */
  withdraw(): void {}

  stop(): void {
    this.stopped = true;
    for (const child of this.all) child.send({ type: 'stop' });
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map((child) => child.end()));
  }

  private start(): Child {
    const child = new Child(this.folder, this.freeCore());
    this.all.add(child);
    return child;
  }

  /** The core that the fewest are bound to; null where nobody is. */
  private freeCore(): number | null {
    const { cores, all } = this;
    if (cores === null) return null;
    const users = cores.map((core) => [...all].filter((child) => child.core === core).length);
    return cores[users.indexOf(Math.min(...users))];
  }
}

class Child {
  /** To which it is bound, or null. */
  readonly core: number | null;
  private readonly process: ChildProcess;
  private readonly exited: Promise<string>;
  private said = '';
  isAlive = true;

  constructor(folder: string, core: number | null) {
    this.core = core;
    const entry = fileURLToPath(new URL('workers/campaign.js', DIST));
    // What scenarios print is not for whoever watches a campaign.
    this.process = fork(entry, [folder], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...onCore(core),
    });
    this.process.stderr?.on('data', (chunk) => {
      this.said = (this.said + chunk).slice(-SAID_MAX);
    });
    this.exited = new Promise((resolve) => {
      const ended = (how: string): void => {
        this.isAlive = false;
        resolve(how);
      };
      this.process.on('error', (error) => ended(error.message));
      // Its last words may come after it. (`close`, which is later, does not come after a disconnect from here.)
      this.process.on('exit', (code, signal) => {
        setTimeout(() => ended(signal === null ? `exit code ${code}` : signal), LAST_WORDS_MS);
      });
    });
  }

  /** @throws what makes it useless to go on */
  async do(slice: string): Promise<Handed> {
    const answered = this.answer();
    // The message waits in the channel until the process has started.
    this.send({ type: 'do', slice });
    const answer = await Promise.race([answered, this.exited]);
    if (typeof answer === 'string')
      return { type: 'lost', why: `its process ended (${answer})${this.lastWords}` };
    if (answer.type === 'lines') return answer;
    if (answer.type === 'failed') return { type: 'lost', why: answer.message };
    throw new LabError('NotWritten', answer.message);
  }

  send(message: ToChild): void {
    if (this.process.connected) this.process.send(message, () => {});
  }

  async end(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), END_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private get lastWords(): string {
    const said = this.said.trim();
    return said === '' ? '' : `: ${said.split('\n').slice(-3).join(' | ')}`;
  }

  private answer(): Promise<FromChild> {
    return new Promise((resolve) => this.process.once('message', (message: FromChild) => resolve(message)));
  }
}
