import { type Browser, expect, type Page } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';
import { inRoom, say, texts } from '../support/room.ts';
import { goLive, openPage, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { ALONE, test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300&uplink=3';
const PACKAGES = ['peerjs', 'simple-peer/simplepeer.min.js', 'yjs', 'y-webrtc', 'lib0/encoding', 'lib0/decoding'];
let site: RunningSite;
let fixtures: FixtureServer;

test.beforeAll(async () => {
  site = await startSite();
  fixtures = await startFixtureServer([...PACKAGES, 'lib0/string', '@noble/ed25519', '@noble/hashes/sha2.js']);
});

test.afterAll(async () => {
  await fixtures.close();
  await site.stop();
});

/** A show with a host and two viewers who have talked. */
async function showWithTalk(browser: Browser) {
  const { page: host, link } = await goLive(browser, site.url, SHOW);
  const pages = [host, await watch(browser, link), await watch(browser, link)] as const;
  await Promise.all(pages.map(inRoom));
  await say(pages[1], 'hello', 'Anna');
  await say(pages[2], 'good evening', 'Bruno');
  await say(host, 'welcome', 'Maria');
  for (const page of pages) await expect.poll(() => texts(page)).toHaveLength(3);
  return { pages, link, expected: await texts(host) };
}

/** The troll's page, as yet without anybody to harm. */
async function trollPage(browser: Browser): Promise<Page> {
  const troll = await openPage(browser, `${fixtures.url}room-troll.html`);
  await troll.waitForFunction(() => 'roomTroll' in globalThis);
  return troll;
}

/** Comes in as somebody new, is connected with all of them, and hears what they said. */
async function enter(troll: Page, link: string, pages: readonly Page[]): Promise<string> {
  const streamId = link.slice(link.lastIndexOf('/') + 1);
  const peerId = await troll.evaluate(([broker = '', id = '']) => roomTroll.join(broker, id), [site.url, streamId]);
  await expect.poll(() => troll.evaluate(() => roomTroll.connected()), { timeout: 20_000 }).toBe(pages.length);
  await expect.poll(() => troll.evaluate(() => roomTroll.known())).toBeGreaterThanOrEqual(6);
  return peerId;
}

/** Everybody's picture moves on. */
async function goesOn(pages: readonly Page[]): Promise<void> {
  const before = await Promise.all(pages.map(snapshot));
  for (const [at, page] of pages.entries()) {
    await until(page, ({ media }) => media.framesShown > (before[at]?.media.framesShown ?? 0) + 10);
  }
}

/** For how long the page did nothing at all, at most, in the next two seconds, ms. */
const longestStandstill = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    let [longestMs, lookedMs] = [0, performance.now()];
    for (const untilMs = lookedMs + 2_000; lookedMs < untilMs;) {
      await new Promise((resolve) => setTimeout(resolve));
      longestMs = Math.max(longestMs, performance.now() - lookedMs);
      lookedMs = performance.now();
    }
    return longestMs;
  });

const linksTo = async (pages: readonly Page[], peerId: string): Promise<number> => {
  const seen = await Promise.all(pages.map(snapshot));
  return seen.flatMap(({ links }) => links.filter((link) => link.peerId === peerId)).length;
};

const CRIMES = ['delete', 'edit', 'insert', 'forge', 'impersonate', 'replay', 'huge'];

test('who deletes, edits, inserts, forges, impersonates, replays or swells a message is cut off', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const { pages, link, expected } = await showWithTalk(browser);
  const troll = await trollPage(browser);
  for (const crime of CRIMES) {
    await test.step(crime, async () => {
      const before = await Promise.all(pages.map(snapshot));
      const peerId = await enter(troll, link, pages);
      await troll.evaluate((name) => roomTroll.commit(name), crime);
      // Whoever it was connected to lets go of it, in the room and in the mesh.
      await expect.poll(() => troll.evaluate(() => roomTroll.connected())).toBe(0);
      const after = await Promise.all(pages.map(snapshot));
      for (const [at, { room }] of after.entries()) {
        expect(room.rejected).toBeGreaterThan(before[at]?.room.rejected ?? 0);
      }
      expect(await linksTo(pages, peerId)).toBe(0);
      await say(pages[1], `still here after ${crime}`);
      expected.push(`still here after ${crime}`);
    });
  }
  for (const page of pages) await expect.poll(() => texts(page)).toEqual(expected);
  await goesOn(pages);
});

test(
  'floods, a rush, two faces, a message of ten megabytes and false dates keep nobody from talking and watching',
  { tag: ALONE },
  async ({ browser }) => {
    test.setTimeout(300_000);
    const { pages, link, expected } = await showWithTalk(browser);
    const troll = await trollPage(browser);
    const own = (text: string): boolean => !/^(rush|flood) /.test(text);
    const everybodySees = async (said: string): Promise<void> => {
      await say(pages[1], said);
      expected.push(said);
      for (const page of pages) {
        await expect.poll(async () => (await texts(page)).filter(own), { timeout: 20_000 }).toEqual(expected);
      }
    };

    await test.step('one who tells some this and others that is out, with all that was said', async () => {
      await enter(troll, link, pages);
      const { room } = await snapshot(pages[0]);
      await troll.evaluate(() => roomTroll.commit('fork'));
      await until(pages[0], (seen) => seen.room.rejected > room.rejected);
      await everybodySees('one face is enough');
      await troll.evaluate(() => roomTroll.leave());
    });

    await test.step('ten megabytes', async () => {
      await enter(troll, link, pages);
      // The data channel refuses to carry it already at the sender.
      await troll.evaluate(() => roomTroll.commit('enormous').catch(() => undefined));
      await everybodySees('still here after ten megabytes');
      await troll.evaluate(() => roomTroll.leave());
    });

    await test.step('pretending to be a moderator, markup, wrong dates', async () => {
      await enter(troll, link, pages);
      // Every ten seconds the host writes down what it has seen, and nothing can be dated before that.
      const recordedMs = async () => (await snapshot(pages[0])).recording?.durationMs ?? 0;
      const since = await recordedMs();
      await expect.poll(recordedMs, { timeout: 30_000 }).toBeGreaterThan(since + 11_000);
      await troll.evaluate(() => roomTroll.pretend());
      const said = '<img src=x onerror="document.title=1">  javascript:alert(1)';
      for (const page of pages) {
        await expect.poll(() => texts(page)).toEqual(expect.arrayContaining([said, 'from yesterday']));
        const seen = await texts(page);
        for (const text of expected) expect(seen).toContain(text);
        expect(seen).not.toContain('from tomorrow');
        expect(seen.indexOf('from yesterday')).toBeGreaterThan(seen.indexOf('welcome'));
        expect(await page.title()).toContain('Passaparola');
        expect(await page.getByTestId('chat-message').locator('img').count()).toBe(0);
        const name = page.getByTestId('chat-message').filter({ hasText: '<img' }).locator('bdi').first();
        await expect(name).toHaveText('airaM <b>Maria</b>');
      }
      expected.splice(0, expected.length, ...(await texts(pages[0])));
      await everybodySees('I am neither muted nor banned');
      await troll.evaluate(() => roomTroll.leave());
    });

    for (const much of ['rush', 'flood']) {
      await test.step(much, async () => {
        await enter(troll, link, pages);
        const still = Promise.all(pages.map(longestStandstill));
        await troll.evaluate((name) => roomTroll.commit(name), much);
        await everybodySees(`still here after a ${much}`);
        expect(Math.max(...(await still))).toBeLessThan(1_000);
        await troll.evaluate(() => roomTroll.leave());
      });
    }
    await goesOn(pages);
  },
);
