import { expect, type Page } from '@playwright/test';
import { about, inRoom, say, texts } from '../support/room.ts';
import { firstPicture, goLive, snapshot, watch, watchLink } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { ALONE, test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300&uplink=3';
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

test(
  'what anybody says is on all screens, in the same order, whoever joined when',
  { tag: ALONE },
  async ({ browser }) => {
    const { page: host, link } = await goLive(browser, site.url, SHOW);
    const first = await watch(browser, link);
    await inRoom(first);
    await say(first, 'I was here first', 'Anna');
    const others = await Promise.all([watch(browser, link), watch(browser, link), watch(browser, link)]);
    const pages = [host, first, ...others];
    await Promise.all(pages.map(inRoom));
    await say(host, 'Welcome', 'Bruno');
    await Promise.all(others.map((page, at) => say(page, `hello from ${at}`, `Guest ${at}`)));
    await expect.poll(() => texts(host)).toHaveLength(5);
    const expected = await texts(host);
    expect(expected.slice(0, 2)).toEqual(['I was here first', 'Welcome']);
    for (const page of pages) await expect.poll(() => texts(page)).toEqual(expected);
    for (const page of pages) expect((await snapshot(page)).room.links).toBeLessThanOrEqual(6);
    await expect(first.getByTestId('chat-message').filter({ hasText: 'Welcome' })).toContainText('Host');

    const latecomer = await watch(browser, link);
    await expect.poll(() => texts(latecomer), { timeout: 15_000 }).toEqual(expected);
  },
);

test('the host hides a message and shows it again, mutes somebody and gives the word back', async ({ browser }) => {
  const { page: host, link } = await goLive(browser, site.url, SHOW);
  const [anna, bruno] = [await watch(browser, link), await watch(browser, link)];
  const pages = [host, anna, bruno];
  await Promise.all(pages.map(inRoom));
  await say(anna, 'hello', 'Anna');
  await say(bruno, 'rubbish', 'Bruno');
  for (const page of pages) await expect.poll(() => texts(page)).toHaveLength(2);

  await about(host, 'rubbish');
  await host.getByRole('button', { name: 'Hide this message' }).click();
  for (const page of [anna, bruno]) await expect.poll(() => texts(page)).toEqual(['hello']);
  await host.getByRole('button', { name: 'Show it again' }).click();
  for (const page of [anna, bruno]) await expect.poll(() => texts(page)).toHaveLength(2);

  await about(host, 'rubbish');
  await host.getByRole('button', { name: 'Mute this person' }).click();
  await expect(bruno.getByTestId('chat-input')).toBeDisabled();
  await expect(anna.getByTestId('chat-input')).toBeEnabled();
  await about(host, 'rubbish');
  await host.getByRole('button', { name: 'Let this person write again' }).click();
  await expect(bruno.getByTestId('chat-input')).toBeEnabled();
  await say(bruno, 'sorry');
  for (const page of pages) await expect.poll(() => texts(page)).toContain('sorry');

  // What one sees for oneself is nobody else's matter.
  await about(anna, 'sorry');
  await anna.getByRole('button', { name: 'Don’t show me this person' }).click();
  await expect.poll(() => texts(anna)).toEqual(['hello']);
  expect(await texts(host)).toContain('sorry');
  await anna.reload();
  await inRoom(anna);
  await expect.poll(() => texts(anna)).toEqual(['hello']);
  await anna.getByRole('button', { name: 'Show everybody' }).click();
  await expect.poll(() => texts(anna)).toContain('sorry');
});

test('a ban holds for chat and picture, on all pages, and after a reload', async ({ browser }) => {
  const { page: host, link } = await goLive(browser, site.url, SHOW);
  const pages = [await watch(browser, link), await watch(browser, link), await watch(browser, link)] as const;
  const [anna, , troll] = pages;
  await Promise.all([host, ...pages].map(inRoom));
  await Promise.all(pages.map((page) => firstPicture(page)));
  await say(anna, 'hello', 'Anna');
  await say(troll, 'buy my watches', 'Trudy');
  await expect.poll(() => texts(host)).toHaveLength(2);
  const { peerId } = await snapshot(troll);

  await about(host, 'watches');
  const beganMs = Date.now();
  await host.getByRole('button', { name: 'Remove this person' }).click();
  await expect(troll.getByTestId('stream-status')).toHaveAttribute('data-state', 'blocked');
  const isLinked = async (): Promise<boolean> => {
    const seen = await Promise.all([host, pages[0], pages[1]].map(snapshot));
    return seen.some(({ links }) => links.some((other) => other.peerId === peerId));
  };
  await expect.poll(isLinked, { intervals: [50] }).toBe(false);
  expect(Date.now() - beganMs).toBeLessThan(2_000);
  for (const page of [host, anna]) await expect.poll(() => texts(page)).toEqual(['hello']);
  await expect(troll.getByTestId('chat-input')).toBeHidden();

  await troll.reload();
  await expect(troll.getByTestId('stream-status')).toHaveAttribute('data-state', 'blocked', { timeout: 15_000 });
  await expect(troll.getByTestId('chat-input')).toBeHidden();
  await expect.poll(async () => (await snapshot(host)).links.length).toBeLessThanOrEqual(2);
  await say(anna, 'quiet again');
  for (const page of [host, pages[1]]) await expect.poll(() => texts(page)).toEqual(['hello', 'quiet again']);
});

test('a host who reloads gets the whole room back, moderation included', async ({ browser }) => {
  const context = await browser.newContext();
  const host = await context.newPage();
  await host.goto(`${site.url}#/studio?lang=en&${SHOW}&source=test`);
  const begin = async (): Promise<void> => {
    await host.getByRole('button', { name: 'Go live', exact: true }).click();
    await host.getByTestId('live-badge').waitFor();
  };
  await begin();
  const link = await watchLink(host);
  const [anna, bruno] = [await watch(browser, link), await watch(browser, link)];
  await Promise.all([host, anna, bruno].map(inRoom));
  await say(anna, 'hello', 'Anna');
  await say(bruno, 'rubbish', 'Bruno');
  await say(host, 'welcome', 'Maria');
  await expect.poll(() => texts(host)).toHaveLength(3);
  await about(host, 'rubbish');
  await host.getByRole('button', { name: 'Mute this person' }).click();
  await expect(bruno.getByTestId('chat-input')).toBeDisabled();

  host.on('dialog', (dialog) => void dialog.accept());
  await host.reload();
  await say(anna, 'where is she');
  await begin();
  await expect.poll(() => texts(host), { timeout: 20_000 }).toEqual(['hello', 'rubbish', 'welcome', 'where is she']);
  await say(host, 'here I am');
  for (const page of [anna, bruno]) {
    await expect.poll(() => texts(page)).toContain('here I am');
    await expect(page.getByTestId('chat-message').filter({ hasText: 'here I am' })).toContainText('Maria');
    await expect(page.getByTestId('chat-message').filter({ hasText: 'here I am' })).toContainText('Host');
  }
  await expect(bruno.getByTestId('chat-input')).toBeDisabled();
});

for (const isInsecure of [false, true]) {
  const how = isInsecure ? ', on a page without native cryptography as well' : '';
  test(`whoever chose a name has it, and is the same person, after a reload${how}`, async ({ browser }) => {
    const { page: host, link } = await goLive(browser, site.url, SHOW);
    const anna = await watch(browser, link, '', async (context) => {
      if (isInsecure) await context.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
    });
    await Promise.all([host, anna].map(inRoom));
    expect(await anna.evaluate(() => 'subtle' in crypto && (crypto.subtle as unknown) === undefined)).toBe(isInsecure);
    await say(anna, 'hello', 'Anna');
    await expect(anna.getByTestId('chat-name')).toBeHidden();
    await expect.poll(() => texts(host)).toEqual(['hello']);
    await anna.reload();
    await inRoom(anna);
    await expect.poll(() => texts(anna)).toEqual(['hello']);
    await expect(anna.getByTestId('chat-name')).toBeHidden();
    await say(anna, 'me again');
    await expect.poll(() => texts(host)).toEqual(['hello', 'me again']);
    const names = await host.getByTestId('chat-message').locator('.who').allTextContents();
    // A second person of that name would be marked as another one.
    expect(names.map((name) => name.trim())).toEqual(['Anna', 'Anna']);
  });
}

test(
  'hearts rise over everybody’s picture within half a second, and are counted',
  { tag: ALONE },
  async ({ browser }) => {
    const { page: host, link } = await goLive(browser, site.url, SHOW);
    const [anna, bruno] = [await watch(browser, link), await watch(browser, link)];
    const calm = await watch(browser, link);
    await calm.emulateMedia({ reducedMotion: 'reduce' });
    await Promise.all([host, anna, bruno, calm].map(inRoom));
    const risen = (page: Page) =>
      page.evaluate(async () => {
        const rising = document.querySelector('[data-testid=rising]');
        while (rising?.querySelector('[data-reaction=heart]') === null) await new Promise(requestAnimationFrame);
        return Date.now();
      });
    const waiting = [host, bruno].map(risen);
    const heart = anna.getByRole('button', { name: 'Heart', exact: true });
    const tapped = heart.evaluate(
      (button) => new Promise<number>((resolve) => button.addEventListener('click', () => resolve(Date.now()))),
    );
    await heart.click();
    const tappedMs = await tapped;
    for (const atMs of await Promise.all(waiting)) expect(atMs - tappedMs).toBeLessThan(500);
    for (let tap = 1; tap < 8; tap++) await heart.click();
    for (const page of [host, anna, bruno, calm]) await expect(page.getByTestId('heart-count')).toHaveText('8');
    await expect(calm.getByTestId('rising').locator('[data-reaction]')).toHaveCount(0);
    // Eight taps are not eight entries.
    expect((await snapshot(host)).room.entries).toBeLessThan(6);
  },
);
