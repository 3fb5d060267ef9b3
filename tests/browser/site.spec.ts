import { expect, type Page, test } from '@playwright/test';
import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ROOT, type RunningSite, startSite } from '../support/site.ts';

let site: RunningSite;
test.beforeAll(async () => {
  site = await startSite();
});
test.afterAll(async () => {
  expect(await site.stop()).toBe(0);
});

/** Loads a page that has to show something, and lists what the browser had to complain about. */
async function complaintsAbout(page: Page, url: string): Promise<string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  await page.goto(url);
  await expect(page.locator('#app')).not.toBeEmpty();
  expect(await page.title()).toContain('Passaparola');
  return complaints;
}

test('the page loads without a complaint', async ({ page }) => {
  expect(await complaintsAbout(page, site.url)).toEqual([]);
});

test('the built pages work from a sub-folder of any static host', async ({ page }) => {
  const host = express()
    .use('/shows/tonight', express.static(join(ROOT, 'dist')))
    .listen(0, '127.0.0.1');
  await once(host, 'listening');
  try {
    const { port } = host.address() as AddressInfo;
    expect(await complaintsAbout(page, `http://127.0.0.1:${port}/shows/tonight/`)).toEqual([]);
  } finally {
    host.closeAllConnections();
    host.close();
  }
});

test('the site names itself as the broker, and nothing outside', async ({ request }) => {
  const response = await request.get(`${site.url}config.json`);
  const { ownAddresses, ...others } = (await response.json()) as { ownAddresses: unknown };
  expect(others).toEqual({ brokers: [{ path: '/peer' }], iceServers: [], offersHttps: false, listsShows: true });
  expect(Array.isArray(ownAddresses)).toBe(true); // what they are depends on this computer
});

test('the broker hands out ids', async ({ request }) => {
  const response = await request.get(`${site.url}peer/peerjs/id`);
  expect(await response.text()).toMatch(/^[\w-]{16,}$/);
});

test('a page opens its WebSocket to the broker', async ({ page }) => {
  await page.goto(site.url);
  const greeting = await page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/peer/peerjs?key=peerjs&id=smoke&token=test`);
        socket.onmessage = ({ data }) => resolve(String(data));
        socket.onerror = () => reject(new Error('the broker refused'));
      }),
  );
  expect(JSON.parse(greeting)).toEqual({ type: 'OPEN' });
});

test('nothing outside this computer can be reached', async ({ page }) => {
  await page.goto(site.url);
  const outcome = await page.evaluate(() => fetch('https://example.com/', { mode: 'no-cors' }).then(String, String));
  expect(outcome).toContain('Failed to fetch');
});
