import { expect, type Page } from '@playwright/test';
import { inRoom, say, texts } from '../support/room.ts';
import { firstPicture, goLive, PHONE, quantile, snapshot, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300&uplink=2';
const VIEWERS = 8;
const MESSAGES = 24;
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

interface Heard {
  heard?: { text: string; atMs: number }[];
}

/** Notes down when each message comes to be on the screen. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: { text: string; atMs: number }[] = [];
    (globalThis as Heard).heard = heard;
    const look = (node: Node): void => {
      if (!(node instanceof HTMLElement)) return;
      for (const line of node.matches('[data-testid=chat-message]') ? [node] : []) {
        const atMs = Date.now();
        heard.push({ text: line.querySelector('.said > p:not(.small)')?.textContent.trim() ?? '', atMs });
      }
    };
    const log = document.querySelector('[role=log]');
    if (!log) throw new Error('no chat');
    new MutationObserver((records) => records.forEach(({ addedNodes }) => addedNodes.forEach(look))).observe(log, {
      childList: true,
      subtree: true,
    });
  });
}

for (const staggerMs of [300, 0]) {
  test(`eight viewers who join ${staggerMs === 0 ? 'all at once' : 'one by one'} and the host have one room, and little delay`, async ({
    browser,
  }) => {
    test.setTimeout(180_000);
    const { page: host, link } = await goLive(browser, site.url, SHOW, PHONE);
    const joining: Promise<Page>[] = [];
    for (let at = 0; at < VIEWERS; at++) {
      joining.push(watch(browser, link));
      await new Promise((resolve) => setTimeout(resolve, staggerMs));
    }
    const viewers = await Promise.all(joining);
    const pages = [host, ...viewers];
    await Promise.all(pages.map(inRoom));
    await Promise.all(viewers.map((page) => firstPicture(page, 30_000)));
    await say(host, 'welcome', 'Maria');
    for (const page of pages) await expect.poll(() => texts(page), { timeout: 15_000 }).toEqual(['welcome']);
    await Promise.all(pages.map(listen));

    for (let at = 0; at < MESSAGES; at++) {
      const speaker = pages[at % pages.length] ?? host;
      // What is said carries the time at which it was said: all pages have the same clock.
      await speaker.getByTestId('chat-input').evaluate((field: HTMLInputElement) => {
        field.value = String(Date.now());
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.form?.requestSubmit();
      });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    for (const page of pages) await expect.poll(() => texts(page)).toHaveLength(MESSAGES + 1);
    const expected = await texts(host);
    for (const page of pages) expect(await texts(page)).toEqual(expected);

    const delays = (await Promise.all(pages.map((page) => page.evaluate(() => (globalThis as Heard).heard ?? []))))
      .flat()
      .map(({ text, atMs }) => atMs - Number(text));
    expect(delays).toHaveLength(MESSAGES * pages.length);
    console.log(`delay of a message: p50 ${quantile(delays, 0.5)} ms, p95 ${quantile(delays, 0.95)} ms`);
    expect(quantile(delays, 0.95)).toBeLessThan(300);
    for (const page of pages) expect((await snapshot(page)).room).toMatchObject({ rejected: 0 });
    for (const page of pages) expect((await snapshot(page)).room.links).toBeLessThanOrEqual(6);
  });
}
