import { expect, type Page } from '@playwright/test';
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

test('viewers who pollute, send rubbish or flood are cut off, one after the other', async ({ browser }) => {
  test.setTimeout(300_000);
  const { page: host, link } = await goLive(browser, site.url, SHOW);
  const streamId = link.slice(link.lastIndexOf('/') + 1);
  // A viewer of before every troll, and one who comes when it is in: somebody has to be fed by it.
  const viewers = [await watch(browser, link)];
  for (const mischief of ['pollute', 'rubbish', 'flood']) {
    await test.step(mischief, async () => {
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
      const forgedBefore = await forged([host, ...viewers]);
      viewers.push(await watch(browser, link));
      await Promise.all(viewers.map((viewer) => firstPicture(viewer, 30_000)));
      const { peerId } = await look();
      // Whoever gets anything bad from it lets go of it; those who get nothing from it have nothing to fear.
      const harm = async (): Promise<number> => {
        const seen = await Promise.all([host, ...viewers].map(snapshot));
        const links = seen.flatMap((one) => one.links.filter((other) => other.peerId === peerId));
        return links.reduce((sum, { childOf }) => sum + childOf.length, 0);
      };
      if (mischief !== 'flood')
        await expect.poll(() => forged([host, ...viewers]), { timeout: 20_000 }).toBeGreaterThan(forgedBefore);
      await expect.poll(harm, { timeout: 20_000 }).toBe(0);
      await seeMore(viewers, 45);
      expect(await harm()).toBe(0);
      await troll.close();
      await viewers.shift()?.close();
    });
  }
});

/** Forged pieces that all of them have found. */
async function forged(pages: readonly Page[]): Promise<number> {
  const seen = await Promise.all(pages.map(snapshot));
  return seen.reduce((sum, { mesh }) => sum + mesh.piecesForged, 0);
}

/** Each of them shows so many more frames. */
async function seeMore(viewers: readonly Page[], frames: number): Promise<void> {
  await Promise.all(
    viewers.map(async (viewer) => {
      const { media } = await snapshot(viewer);
      await until(viewer, (seen) => seen.media.framesShown > media.framesShown + frames, 30_000);
    }),
  );
}
