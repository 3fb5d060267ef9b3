import process from 'node:process';
import { parseOptions, StartError } from './options.ts';
import { type OpenPages, serveSite } from './site.ts';
import { welcome } from './welcome.ts';

/**
 * Runs the site for the person at the terminal until they stop it.
 * @param prepare what has to be done first, once the options are known to be good
 */
export async function runFromTerminal(openPages: OpenPages, prepare?: () => Promise<void>): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2));
    await prepare?.();
    const site = await serveSite(options, openPages);
    console.log(welcome(site.addresses));
    // The broker's own timers never end, so the process is told to.
    const stop = () => void site.close().finally(() => process.exit(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error);
    process.exit(1);
  }
}
