import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

/** The checkout. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** A site as `npm start` serves it, in a process of its own. */
export interface RunningSite {
  /** Ends with a slash. */
  readonly url: string;
  /** Ends it as Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the site on this computer only, on a free port, and waits until it says where it is.
 * @throws Error with what it printed, when it ends instead
 */
export const startSite = (...args: readonly string[]): Promise<RunningSite> =>
  startSiteIn([], '--host', '127.0.0.1', ...args);

/** The same on all addresses of wherever `enter` leads to: the beginning of a command, perhaps empty. */
export async function startSiteIn(enter: readonly string[], ...args: readonly string[]): Promise<RunningSite> {
  const script = join(ROOT, 'src', 'server', 'start.ts');
  const [program = '', ...rest] = [...enter, process.execPath, '--import', 'tsx', script, '--port', '0', ...args];
  const site = spawn(program, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(site, 'exit') as Promise<[number | null]>;
  process.once('exit', () => site.kill()); // a test run that is broken off leaves nothing behind

  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    const read = (text: string) => {
      printed += text;
      const address = /https?:\/\/\S+\/(?=\s)/.exec(printed);
      if (address) resolve(address[0]);
    };
    site.stdout.setEncoding('utf8').on('data', read);
    site.stderr.setEncoding('utf8').on('data', read);
    ended.then(() => reject(new Error(`The site did not start: ${printed}`)), reject);
  });

  return {
    url,
    stop: async () => {
      site.kill('SIGINT');
      const [code] = await ended;
      return code;
    },
  };
}
