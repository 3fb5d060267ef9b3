import { expect } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';
import { firstPicture, goLive, openPage, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import type { Troll } from './fixtures/troll.ts';
import { test } from './show-test.ts';

/** The host feeds two in each stripe: of a troll and two viewers, somebody has to be fed by another. */
const SHOW = 'height=180&bitrate=300&uplink=0.75';
let site: RunningSite;
let fixtures: FixtureServer;

test.beforeAll(async () => {
  site = await startSite();
  fixtures = await startFixtureServer(['peerjs', 'simple-peer/simplepeer.min.js']);
});

test.afterAll(async () => {
  await fixtures.close();
  await site.stop();
});

for (const mischief of ['pollute', 'rubbish', 'flood']) {
  test(`a viewer who tries to ${mischief} is cut off`, async ({ browser }) => {
    const { page: host, link } = await goLive(browser, site.url, SHOW);
    const streamId = link.slice(link.lastIndexOf('/') + 1);
    const troll = await openPage(browser, `${fixtures.url}troll.html`);
    await troll.waitForFunction(() => 'troll' in globalThis);
    await troll.evaluate(
      ([broker, id, kind]) => {
        (globalThis as unknown as { troll: Troll }).troll.join(broker ?? '', id ?? '', kind ?? '');
      },
      [site.url, streamId, mischief],
    );
    const look = () => troll.evaluate(() => (globalThis as unknown as { troll: Troll }).troll.look());
    await expect.poll(async () => (await look()).messages, { timeout: 15_000 }).toBeGreaterThan(3);

    const viewers = [await watch(browser, link), await watch(browser, link)];
    await Promise.all(viewers.map((viewer) => firstPicture(viewer, 30_000)));
    const { peerId } = await look();
    // Whoever gets anything bad from it lets go of it; those who get nothing from it have nothing to fear.
    const harm = async (): Promise<number> => {
      const seen = await Promise.all([host, ...viewers].map(snapshot));
      const links = seen.flatMap((one) => one.links.filter((other) => other.peerId === peerId));
      return links.reduce((sum, { childOf }) => sum + childOf.length, 0);
    };
    const caught = async (): Promise<number> => {
      const seen = await Promise.all([host, ...viewers].map(snapshot));
      return seen.reduce((sum, { mesh }) => sum + mesh.piecesForged, 0);
    };
    if (mischief !== 'flood') await expect.poll(caught, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(harm, { timeout: 20_000 }).toBe(0);

    const before = await Promise.all(viewers.map(snapshot));
    await Promise.all(
      viewers.map((viewer, at) =>
        until(viewer, ({ media }) => media.framesShown > (before[at]?.media.framesShown ?? 0) + 90, 30_000),
      ),
    );
    expect(await harm()).toBe(0);
  });
}
