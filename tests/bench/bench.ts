import { chromium } from '@playwright/test';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { BROWSER_SWITCHES, findBrowser } from '../support/browser.ts';
import { startSite } from '../support/site.ts';
import { type Figure, measureCrowd, measureFirstPicture, measureKilledRelay, measureMemory } from './measure.ts';

/**
 * `npm run bench -- [--only crowd,first,kill,memory] [--json]`: whole shows in real browsers on this machine, at full
 * length. Prints a table, or with `--json` one object as the last line; exits with 1 when a bar does not hold.
 */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: 'crowd,first,kill,memory' } },
});
const parts = new Set(values.only.split(','));
const executablePath = findBrowser();
const launch = (...more: string[]) => chromium.launch({ executablePath, args: [...BROWSER_SWITCHES, ...more] });
// Two browsers on one machine find each other by address: *.local names would need multicast between them.
const launchKnownByAddress = () => launch('--disable-features=WebRtcHideLocalIpsWithMdns');
const site = await startSite();

const report: Record<string, Figure[]> = {};
async function part(key: string, title: string, measure: () => Promise<Figure[]>): Promise<void> {
  if (!parts.has(key)) return;
  const figures = await measure();
  report[key] = figures;
  console.log(`\n${title}`);
  for (const { name, value, unit, bar, holds } of figures) {
    const judged = bar === null ? '' : holds ? `holds (${Math.round(bar)})` : `FAILS (${Math.round(bar)})`;
    console.log(`  ${name.padEnd(46)} ${String(value).padStart(9)} ${unit.padEnd(5)} ${judged}`);
  }
}

const browser = await launch();
await part('crowd', 'Host and 7 viewers, 640×360, 1 Mbit/s, uplink 2.5 Mbit/s, 60 s', () =>
  measureCrowd(browser, site.url, 60),
);
await part('first', 'Joining a running show, 15 times', () => measureFirstPicture(browser, site.url, 15));
await part('kill', 'The viewer who feeds most is killed, 3 times, of 7, uplink 2.5 Mbit/s', () =>
  measureKilledRelay(browser, site.url, 3),
);
await browser.close();
await part('memory', 'Memory of the pages, 2 and 10 minutes into the show', () =>
  measureMemory(launchKnownByAddress, site.url, [2, 10]),
);
await site.stop();
if (values.json) console.log(JSON.stringify(report));
process.exitCode = Object.values(report)
  .flat()
  .every(({ holds }) => holds)
  ? 0
  : 1;
