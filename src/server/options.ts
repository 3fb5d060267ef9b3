import { parseArgs } from 'node:util';

/** How the site is served, as asked for on the command line. */
export interface SiteOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Serve over TLS with a self-signed certificate. */
  readonly https: boolean;
  /** Address to bind; null binds all of them. */
  readonly host: string | null;
}

/** Something the person at the terminal can put right; the message is one line that says how. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Chosen: the port that Vite previews on, so nothing else on a developer's machine expects it. */
const DEFAULT_PORT = 4173;

/** Reads the arguments after the script's name. @throws StartError */
export function parseOptions(args: readonly string[]): SiteOptions {
  const { port, https, host } = parseFlags(args);
  return { port: port === undefined ? DEFAULT_PORT : parsePort(port), https: https ?? false, host: host ?? null };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, https: { type: 'boolean' }, host: { type: 'string' } },
    }).values;
  } catch (cause) {
    const unknown = args.find((arg) => !/^--(port|host)(=|$)|^--https$/.test(arg)) ?? args.join(' ');
    throw new StartError(`Can't use "${unknown}". Known options: --port NUMBER, --https, --host ADDRESS.`, { cause });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new StartError(`Port "${text}" is not a number from 0 to 65535.`);
  }
  return port;
}
