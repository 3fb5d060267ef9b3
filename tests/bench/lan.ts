import type { Browser, Page } from '@playwright/test';
import type { Snapshot } from '../../src/app/snapshot.ts';
import { type Capture, type LocalNetwork, openLocalNetwork, type Wifi } from '../support/namespaces.ts';
import { inRoom, say } from '../support/room.ts';
import { firstPicture, goLive, openPage, quantile, snapshot, until } from '../support/show.ts';
import { startSiteIn } from '../support/site.ts';
import { type Figure, figure } from './figure.ts';

/** The host feeds two and a half viewers at most: the others have to be fed by viewers. */
const SHOW = 'height=180&bitrate=300&uplink=0.75';
const VIEWERS = 6;
/** As wide as the picture: nobody scales it, which costs more than all the rest when seven browsers share two cores. */
const SMALL_PHONE = { width: 320, height: 568 };
/** Three seconds of pictures. */
const SETTLED_FRAMES = 90;

/** A laptop with the site and the host, and six devices that come over plain http; nothing leads outside. */
export async function measureLocalNetwork(wifi: Wifi): Promise<Figure[]> {
  const network = openLocalNetwork(VIEWERS + 1, wifi);
  const browsers: Browser[] = [];
  try {
    return await watchTogether(network, browsers);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await network.close();
  }
}

async function watchTogether(network: LocalNetwork, browsers: Browser[]): Promise<Figure[]> {
  const [laptop, ...phones] = network.devices;
  if (!laptop) throw new Error('a network without devices');
  const site = await startSiteIn(laptop.enter);
  try {
    browsers.push(...(await Promise.all(network.devices.map((device) => device.launch()))));
    const [hostBrowser, ...viewerBrowsers] = browsers;
    if (!hostBrowser) throw new Error('no browser for the host');
    const capture = await network.capture();
    const { page: host, link: ownLink } = await goLive(hostBrowser, site.url, SHOW, SMALL_PHONE);
    const link = ownLink.replace('localhost', laptop.address);
    // A phone's browser is running when somebody follows a link; what it has loaded belongs to another context.
    for (const browser of viewerBrowsers) {
      const home = await openPage(browser, `${new URL(link).origin}/#/`, SMALL_PHONE);
      await home.context().close();
    }
    const viewers: Page[] = [];
    for (const browser of viewerBrowsers) {
      const page = await openPage(browser, `${link}?lang=en`, SMALL_PHONE);
      await firstPicture(page, 30_000);
      viewers.push(page);
    }
    if (await viewers[0]?.evaluate(() => isSecureContext)) throw new Error('the viewers have a secure context');
    const seen = await Promise.all(
      viewers.map((page) => until(page, ({ media }) => media.framesShown > SETTLED_FRAMES, 60_000)),
    );
    const readers = await talk([host, ...viewers]);
    const relaying = await Promise.all(viewers.map((page) => snapshot(page)));
    return [...figures(seen, relaying), ...(await outside(capture)), talked(readers, phones.length + 1)];
  } finally {
    await site.stop();
  }
}

function figures(seen: readonly Snapshot[], relaying: readonly Snapshot[]): Figure[] {
  const first = seen.map(({ media }) => media.firstFrameMs ?? Number.POSITIVE_INFINITY);
  const feeding = relaying.filter(({ mesh }) => mesh.mediaBytesSent > 10_000).length;
  return [
    figure('viewers that play', relaying.filter(({ state }) => state === 'live').length, 'of 6', VIEWERS, true),
    figure('first picture, median', quantile(first, 0.5), 'ms', 1500),
    figure('first picture, worst', Math.max(...first), 'ms', null),
    figure('viewers that feed others', feeding, 'of 6', 1, true),
    figure('deepest viewer', Math.max(...relaying.map(({ mesh }) => mesh.depth ?? 0)), 'hops', 2, true),
  ];
}

/** Everybody says something: on how many screens everything is to be read in the end. */
async function talk(pages: readonly Page[]): Promise<number> {
  await Promise.all(pages.map(inRoom));
  for (const [at, page] of pages.entries()) await say(page, `hello from ${at}`, `Guest ${at}`);
  const read = pages.map((page) =>
    page
      .waitForFunction(
        (count) => document.querySelectorAll('[data-testid=chat-message]').length >= count,
        pages.length,
        { timeout: 20_000 },
      )
      .then(() => 1)
      .catch(() => 0),
  );
  return (await Promise.all(read)).reduce<number>((sum, one) => sum + one, 0);
}

const talked = (readers: number, of: number): Figure => figure('screens with everything said', readers, '', of, true);

async function outside(capture: Capture): Promise<Figure[]> {
  const { outbound, mdns } = await capture.stop();
  for (const line of outbound.slice(0, 5)) console.log(`  outside: ${line}`);
  return [
    figure('packets to somewhere outside', outbound.length, '', 0),
    figure('packets of mDNS, seen at the switch', mdns, '', null),
  ];
}
