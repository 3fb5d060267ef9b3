import { expect, type Page } from '@playwright/test';
import { inRoom, listenForTimes, say, sayTheTime, texts, timesHeard } from '../support/room.ts';
import { firstPicture, goLive, PHONE, quantile, snapshot, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { ALONE, test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300&uplink=2';
const VIEWERS = 5;
const MESSAGES = 18;
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

/** One message each from so many of them in turn, and all screens alike; the delays of all, ms. */
async function talk(host: Page, viewers: readonly Page[]): Promise<number[]> {
  const pages = [host, ...viewers];
  const before = (await texts(host)).length;
  await Promise.all(pages.map(listenForTimes));
  for (let at = 0; at < MESSAGES; at++) {
    await sayTheTime(pages[at % pages.length] ?? host);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  for (const page of pages) await expect.poll(() => texts(page)).toHaveLength(before + MESSAGES);
  const expected = await texts(host);
  for (const page of pages) expect(await texts(page)).toEqual(expected);
  const delays = (await Promise.all(pages.map(timesHeard))).flat();
  expect(delays).toHaveLength(MESSAGES * pages.length);
  return delays;
}

test(
  'viewers who join, and come again one after the other, and the host have one room, and little delay',
  { tag: ALONE },
  async ({ browser }) => {
    test.setTimeout(300_000);
    const { page: host, link } = await goLive(browser, site.url, SHOW, PHONE);
    const joining: Promise<Page>[] = [];
    for (let at = 0; at < VIEWERS; at++) {
      joining.push(watch(browser, link));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const viewers = await Promise.all(joining);
    const pages = [host, ...viewers];
    await Promise.all(pages.map(inRoom));
    await say(host, 'welcome', 'Maria');
    for (const page of pages) await expect.poll(() => texts(page), { timeout: 15_000 }).toEqual(['welcome']);
    const delays = await talk(host, viewers);
    const said = await texts(host);

    for (const page of viewers) {
      await page.reload();
      await inRoom(page);
    }
    for (const page of viewers) await expect.poll(() => texts(page), { timeout: 15_000 }).toEqual(said);
    await Promise.all(viewers.map((page) => firstPicture(page, 30_000)));
    delays.push(...(await talk(host, viewers)));

    console.log(`delay of a message: p50 ${quantile(delays, 0.5)} ms, p95 ${quantile(delays, 0.95)} ms`);
    // For machines with more to do; `npm run bench -- --only talk` holds 300 ms with eight viewers.
    expect(quantile(delays, 0.95)).toBeLessThan(1_000);
    for (const { room } of await Promise.all(pages.map(snapshot))) {
      expect(room.rejected).toBe(0);
      expect(room.links).toBeLessThanOrEqual(6);
    }
  },
);
