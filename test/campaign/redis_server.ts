import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether Debian's Redis can be started here. */
export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;
export const WITHOUT_REDIS = HAS_REDIS ? '' : ' (skipped: redis-server is not installed here)';

/** Of every server of tests: it must be nowhere in what is printed and written. */
export const PASSWORD = 'never-to-be-seen';

const START_MS = 30_000;

/** A Redis of a test's own: on loopback, at a free port; it keeps nothing on disk. */
export class RedisServer {
  readonly port: number;
  private readonly folder: string;
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    const end = performance.now() + START_MS;
    while (!(await answers(server.port))) {
      if (performance.now() > end) throw new Error('redis-server did not start');
      await sleep(50);
    }
    return server;
  }

  private constructor(port: number) {
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), 'framelab-redis-'));
    const keepNothing = ['--save', '', '--appendonly', 'no', '--dir', this.folder];
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--requirepass', PASSWORD, ...keepNothing];
    this.process = spawn('redis-server', args, { stdio: 'ignore' });
    this.exited = once(this.process, 'exit');
  }

  get url(): string {
    return `redis://:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  /** As a machine that fails: what it knew is gone. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', () => end(true));
    socket.on('error', () => end(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
  });
}
