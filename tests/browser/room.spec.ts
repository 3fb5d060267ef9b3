import { expect, type Page } from '@playwright/test';
import { goLive, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300&uplink=3';
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

async function say(page: Page, text: string, name?: string): Promise<void> {
  if (name !== undefined) await page.getByTestId('chat-name').fill(name);
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-input').press('Enter');
}

const texts = (page: Page): Promise<string[]> =>
  page.getByTestId('chat-message').locator('.said > p:not(.small)').allInnerTexts();

/** Waits until the page has a chat connection. */
async function joined(page: Page): Promise<void> {
  await page.waitForFunction(() => 'passaparola' in globalThis);
  await until(page, ({ room }) => room.links > 0, 20_000);
}

test('what anybody says is on all screens, in the same order, whoever joined when', async ({ browser }) => {
  const { page: host, link } = await goLive(browser, site.url, SHOW);
  const first = await watch(browser, link);
  await joined(first);
  await say(first, 'I was here first', 'Anna');
  const others = await Promise.all([watch(browser, link), watch(browser, link), watch(browser, link)]);
  const pages = [host, first, ...others];
  await Promise.all(pages.map(joined));
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
});
