import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { WebSocket } from 'ws';
import type { Snapshot } from '../../src/app/snapshot.ts';

/** A quiet Firefox with a made-up camera, in which sound and real addresses need no permission. */
const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** Where Firefox is, or null. */
export function findFirefox(): string | null {
  for (const name of ['firefox', 'firefox-esr']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next name.
    }
  }
  return null;
}

interface Answer {
  readonly type: 'success' | 'error';
  readonly id: number;
  readonly result: Record<string, unknown>;
  readonly message?: string;
}

/** One Firefox with one page, driven over WebDriver BiDi. @see https://w3c.github.io/webdriver-bidi/ */
export class Firefox {
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #asked = 0;
  #context = '';

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      this.#answers.get(answer.id)?.(answer);
      this.#answers.delete(answer.id);
    });
  }

  /** @param env besides this process's own. @throws Error when it does not start */
  static async start(path: string, env: Readonly<Record<string, string>> = {}): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'passaparola-firefox-'));
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
    writeFileSync(join(profile, 'user.js'), lines.join('\n'));
    const browser = spawn(path, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: profile, ...env },
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      browser.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /BiDi listening on (ws:\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      browser.once('exit', () => reject(new Error(`Firefox did not start: ${said}`)));
    });
    const socket = new WebSocket(`${address}/session`);
    await once(socket, 'open');
    const firefox = new Firefox(browser, profile, socket);
    await firefox.#send('session.new', { capabilities: {} });
    firefox.#context = (await firefox.#send('browsingContext.create', { type: 'tab' }))['context'] as string;
    return firefox;
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' });
  }

  /** What that expression comes to; promises are awaited. @throws Error when it throws */
  async evaluate<T>(expression: string): Promise<T> {
    const found = (await this.#send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${expression}) ?? null))()`,
      target: { context: this.#context },
      awaitPromise: true,
    })) as { result?: { value: string }; exceptionDetails?: { text: string } };
    if (!found.result) throw new Error(found.exceptionDetails?.text ?? 'no answer');
    return JSON.parse(found.result.value) as T;
  }

  /** The page's diagnostics; null while it has none. */
  snapshot(): Promise<Snapshot | null> {
    return this.evaluate('globalThis.passaparola?.snapshot()');
  }

  /** A real tap in the middle of what that selector, or a button of that name, finds first. */
  async tap(target: string): Promise<void> {
    const [x, y] = await this.evaluate<[number, number]>(`(() => {
      const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === ${JSON.stringify(target)});
      const { x, y, width, height } = (button ?? document.querySelector(${JSON.stringify(target)})).getBoundingClientRect();
      return [Math.round(x + width / 2), Math.round(y + height / 2)];
    })()`);
    const actions = [
      { type: 'pointerMove', x, y },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ];
    await this.#send('input.performActions', {
      context: this.#context,
      actions: [{ type: 'pointer', id: 'finger', actions }],
    });
  }

  async type(text: string): Promise<void> {
    const actions = Array.from(text).flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.#send('input.performActions', {
      context: this.#context,
      actions: [{ type: 'key', id: 'keys', actions }],
    });
  }

  async close(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.socket.terminate();
    this.process.kill('SIGKILL');
    await gone;
    rmSync(this.profile, { recursive: true, force: true });
  }

  #send(method: string, params: object): Promise<Record<string, unknown>> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ type, result, message }) => {
        if (type === 'error') reject(new Error(message));
        else resolve(result);
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
