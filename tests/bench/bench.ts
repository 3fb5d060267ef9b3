import { chromium } from '@playwright/test';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { BROWSER_SWITCHES, findBrowser } from '../support/browser.ts';
import { whyNoNamespaces } from '../support/namespaces.ts';
import { startSite } from '../support/site.ts';
import { NodeCrowd } from './node-crowd.ts';
import { measureKilledHosts, measureLongRecording, measureRecordedShow, measureRecordingCost } from './recordings.ts';
import { measureLocalNetwork } from './lan.ts';
import { measureSetUp, ownAddress } from './set-up.ts';
import { measureSoak } from './soak.ts';
import { compareWithStar } from './star.ts';
import { measureTalk } from './talk.ts';
import type { Figure } from './figure.ts';
import { measureCrowd, measureFirstPicture, measureKilledRelay, measureMemory } from './measure.ts';

/**
 * `npm run bench -- [--only star,crowd,first,kill,talk,memory,record,record-kill,record-long,record-cost,
 * lan,lan-silent,soak,set-up]
 * [--viewers N] [--hours N] [--minutes N] [--seed N] [--json]`: whole shows on this machine, at full
 * length. Prints tables, and with `--json` one object as the last line; exits with 1 when a bar does not hold.
 * `--viewers` is for `star`: 24 keep two cores 78 % busy; each more costs 2 to 3 % of a core.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: {
      type: 'string',
      default:
        'star,crowd,first,kill,talk,memory,record,record-kill,record-long,record-cost,lan,lan-silent,soak,set-up',
    },
    viewers: { type: 'string', default: '24' },
    hours: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
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
    const shown = Number.isFinite(value) ? String(value) : 'never'; // where nothing came nothing took any time
    console.log(`  ${name.padEnd(46)} ${shown.padStart(9)} ${unit.padEnd(5)} ${judged}`);
  }
}

/** The direct star beside the mesh: pages, and viewers in Node to make up the number. */
async function star(viewers: number): Promise<Figure[]> {
  const [crowd, hostBrowser, viewerBrowser] = await Promise.all([
    NodeCrowd.start(2),
    launchKnownByAddress(),
    launchKnownByAddress(),
  ]);
  try {
    return await compareWithStar({ site: site.url, hostBrowser, viewerBrowser, crowd }, viewers);
  } finally {
    await Promise.all([crowd.stop(), hostBrowser.close(), viewerBrowser.close()]);
  }
}

/** A local network of this machine's own: seven namespaces, a browser in each. */
async function lan(multicast: boolean): Promise<Figure[]> {
  const why = whyNoNamespaces();
  if (why === null) return measureLocalNetwork({ multicast, isolated: false });
  console.log(`\nNot measured: ${why}.`);
  return [];
}

/** What a link takes until it is open: in a browser that knows its own address. */
async function setUp(): Promise<Figure[]> {
  const address = ownAddress();
  if (address === null) {
    console.log('\nNot measured: this machine has no address but its own loopback.');
    return [];
  }
  const browser = await launchKnownByAddress();
  try {
    return await measureSetUp(browser, address, 50, 5);
  } finally {
    await browser.close();
  }
}

try {
  await part('star', `Star and mesh, ${values.viewers} viewers, 320×180, uplink 3 × 400 kbit/s, 30 s each`, () =>
    star(Number(values.viewers)),
  );
  const browser = await launch();
  await part('crowd', 'Host and 7 viewers, 640×360, 1 Mbit/s, uplink 2.5 Mbit/s, 60 s', () =>
    measureCrowd(browser, site.url, 60),
  );
  await part('first', 'Joining a running show, 15 times', () => measureFirstPicture(browser, site.url, 15));
  await part('kill', 'The viewer who feeds most is killed, 3 times, of 7, uplink 2.5 Mbit/s', () =>
    measureKilledRelay(browser, site.url, 3),
  );
  await part('talk', 'Host and 8 viewers talk, 640×360, 2 Mbit/s, 100 messages', () =>
    measureTalk(browser, site.url, 100),
  );
  await part('record', 'A show of 60 s, recorded and downloaded', () => measureRecordedShow(browser, site.url, 60));
  await part('record-long', `A recording of ${values.hours} h, 720p, 2 Mbit/s`, () =>
    measureLongRecording(Number(values.hours)),
  );
  await browser.close();
  await part('record-kill', 'The browser of a host is killed, 10 times', () => measureKilledHosts(site.url, 10));
  await part('record-cost', 'A show of 720p with and without its recording, 3 times 20 s each, in turn', () =>
    measureRecordingCost(launch, site.url, 20),
  );
  await part('soak', `Host and 8 viewers, ${values.minutes} minutes, a fault every 20 s`, () =>
    measureSoak(Number(values.minutes), Number(values.seed)),
  );
  await part('memory', 'Memory of the pages, 2 and 10 minutes into the show', () =>
    measureMemory(launchKnownByAddress, site.url, [2, 10]),
  );
  await part('set-up', 'A link over a way of 50 ms, 5 times', setUp);
  await part('lan', 'Host and 6 viewers on a local network, over plain http, with no way out', () => lan(true));
  await part('lan-silent', 'The same, and multicast is blocked', () => lan(false));
} finally {
  await site.stop();
}
if (values.json) console.log(JSON.stringify(report));
process.exitCode = Object.values(report)
  .flat()
  .every(({ holds }) => holds)
  ? 0
  : 1;
