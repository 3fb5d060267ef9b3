import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'vite';
import { ROOT } from '../support/site.ts';
import type { Seats, Sight } from './node-viewer.ts';

/** What the process is told. */
export type Order =
  { readonly type: 'join'; readonly seats: Seats } | { readonly type: 'look' } | { readonly type: 'leave' };

/** Goodbyes have left by then, ms (chosen). */
const LEAVE_MS = 1_000;

/** Viewers in Node, in processes of their own: what a page does but for the screen, at a fraction of the cost. */
export class NodeCrowd {
  #joined = 0;

  private constructor(private readonly processes: readonly ChildProcess[]) {}

  /**
   * Bundles the viewers as Vite bundles the page, so that packages resolve to the same files, and starts the processes.
   * @throws Error when they can't run
   */
  static async start(processes: number): Promise<NodeCrowd> {
    const outDir = join(ROOT, 'node_modules', '.bench');
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'warn',
      resolve: { mainFields: ['module', 'main'] },
      ssr: { noExternal: true, external: ['@roamhq/wrtc', 'ws'] },
      build: { ssr: join(import.meta.dirname, 'node-crowd-process.ts'), outDir, emptyOutDir: true, target: 'node20' },
    });
    const file = join(outDir, 'node-crowd-process.js');
    return new NodeCrowd(await Promise.all(Array.from({ length: processes }, (_, at) => startProcess(file, at))));
  }

  /** One more viewer. */
  join(seats: Seats): void {
    const process = this.processes[this.#joined++ % this.processes.length];
    if (process) order(process, { type: 'join', seats });
  }

  /** What each viewer saw since this was last asked. @throws Error when a process doesn't answer */
  async look(): Promise<Sight[]> {
    const answers = this.processes.map(async (process) => {
      const answer = once(process, 'message', { signal: AbortSignal.timeout(10_000) });
      order(process, { type: 'look' });
      const [sights] = (await answer) as [Sight[]];
      return sights;
    });
    return (await Promise.all(answers)).flat();
  }

  /** Everybody leaves; the processes stay for another show. */
  async leave(): Promise<void> {
    for (const process of this.processes) order(process, { type: 'leave' });
    await pause(LEAVE_MS);
  }

  /** Ends the processes. */
  async stop(): Promise<void> {
    await Promise.all(
      this.processes.map(async (process) => {
        if (process.exitCode !== null || process.signalCode !== null) return;
        const ended = once(process, 'exit');
        process.kill('SIGKILL'); // its engine takes long to end by itself
        await ended;
      }),
    );
  }
}

async function startProcess(file: string, at: number): Promise<ChildProcess> {
  // What the engine prints concerns single candidates: it is nobody's business.
  const child = fork(file, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  process.once('exit', () => child.kill('SIGKILL'));
  // Each message changes threads twice, which costs a quarter less on one core (measured). Where there is no such tool
  // the viewers just need more.
  spawnSync('taskset', ['-a', '-c', '-p', String(at % cpus().length), String(child.pid)]);
  const ready = await Promise.race([once(child, 'message').then(() => true), once(child, 'exit').then(() => false)]);
  if (!ready) throw new Error('No viewers in Node: is @roamhq/wrtc there for this platform?');
  return child;
}

function order(process: ChildProcess, what: Order): void {
  process.send(what, () => undefined); // one that has ended doesn't answer `look`
}
