import { type Browser, expect, type Page } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';
import { inRoom, say, texts } from '../support/room.ts';
import { goLive, openPage, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

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

/** A troll that is connected with all of them and has heard what they said. */
async function enterTroll(browser: Browser, link: string, pages: readonly Page[]) {
  const troll = await openPage(browser, `${fixtures.url}room-troll.html`);
  await troll.waitForFunction(() => 'roomTroll' in globalThis);
  const streamId = link.slice(link.lastIndexOf('/') + 1);
  const peerId = await troll.evaluate(([broker = '', id = '']) => roomTroll.join(broker, id), [site.url, streamId]);
  await expect.poll(() => troll.evaluate(() => roomTroll.connected()), { timeout: 20_000 }).toBe(pages.length);
  await expect.poll(() => troll.evaluate(() => roomTroll.known())).toBeGreaterThanOrEqual(6);
  return { troll, peerId };
}

async function showWithTroll(browser: Browser) {
  const show = await showWithTalk(browser);
  return { ...show, ...(await enterTroll(browser, show.link, show.pages)) };
}

const linksTo = async (pages: readonly Page[], peerId: string): Promise<number> => {
  const seen = await Promise.all(pages.map(snapshot));
  return seen.flatMap(({ links }) => links.filter((link) => link.peerId === peerId)).length;
};

test('who deletes, edits, inserts, forges, impersonates, replays or swells a message is cut off', async ({
  browser,
}) => {
  test.setTimeout(150_000);
  const { pages, link, expected } = await showWithTalk(browser);
  for (const crime of ['delete', 'edit', 'insert', 'forge', 'impersonate', 'replay', 'huge']) {
    await test.step(crime, async () => {
      const before = await Promise.all(pages.map(snapshot));
      const { troll, peerId } = await enterTroll(browser, link, pages);
      await troll.evaluate((name) => roomTroll.commit(name), crime);
      // Whoever it was connected to lets go of it, in the room and in the mesh.
      await expect.poll(() => troll.evaluate(() => roomTroll.connected())).toBe(0);
      const after = await Promise.all(pages.map(snapshot));
      for (const [at, { room }] of after.entries()) {
        expect(room.rejected).toBeGreaterThan(before[at]?.room.rejected ?? 0);
      }
      expect(await linksTo(pages, peerId)).toBe(0);
      await troll.close();

      expected.push(`still here after ${crime}`);
      await say(pages[1], `still here after ${crime}`);
      for (const page of pages) await expect.poll(() => texts(page)).toEqual(expected);
    });
  }
  for (const page of pages) {
    const { media } = await snapshot(page);
    await until(page, (seen) => seen.media.framesShown > media.framesShown + 10);
  }
});

for (const much of ['rush', 'flood']) {
  test(`a ${much} keeps nobody from talking and watching`, async ({ browser }) => {
    const { pages, troll, expected } = await showWithTroll(browser);
    await troll.evaluate((name) => roomTroll.commit(name), much);
    await say(pages[1], 'still here');
    for (const page of pages) {
      const withoutFlood = async () => (await texts(page)).filter((text) => !text.startsWith(`${much} `));
      await expect.poll(withoutFlood, { timeout: 20_000 }).toEqual([...expected, 'still here']);
      const { media } = await snapshot(page);
      await until(page, (seen) => seen.media.framesShown > media.framesShown + 10);
    }
  });
}

test('who pretends to be a moderator, writes markup, or dates things wrongly has no effect', async ({ browser }) => {
  const { pages, troll, expected } = await showWithTroll(browser);
  // Three names, three messages, and then the host has written down what it has seen.
  await until(pages[0], ({ room }) => room.entries >= 7);
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
  await say(pages[1], 'I am neither muted nor banned');
  for (const page of pages) await expect.poll(() => texts(page)).toContain('I am neither muted nor banned');
});
