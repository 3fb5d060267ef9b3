import { expect, type Page } from '@playwright/test';
import { firstPicture, goLive, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

/** The host has four places, one for each stripe: of five viewers somebody hangs on others. */
const SMALL_SHOW = 'height=180&bitrate=300&uplink=0.42';
const VIEWERS = 5;
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

test('the host sees who feeds whom while it looks, and viewers report only then', async ({ browser }) => {
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW);
  const viewers: Page[] = [];
  for (let at = 0; at < VIEWERS; at++) {
    const viewer = await watch(browser, link);
    await firstPicture(viewer);
    viewers.push(viewer);
  }
  const reports = async (): Promise<number[]> =>
    Promise.all(viewers.map(async (viewer) => (await snapshot(viewer)).mesh.reportsSent));
  expect(await reports()).toEqual(Array(VIEWERS).fill(0));

  await host.getByRole('button', { name: 'Who feeds whom' }).click();
  const dialog = host.getByRole('dialog', { name: 'Who feeds whom' });
  await expect(dialog.getByRole('img', { name: `You in the middle, ${VIEWERS} viewers` })).toBeVisible();
  await dialog.getByText('As a list').click();
  const rows = dialog.getByRole('listitem').filter({ has: host.getByRole('button') });
  await expect(rows).toHaveCount(VIEWERS + 1);
  await expect(rows.first()).toContainText(/^You/);
  await expect(rows.filter({ hasText: /[2-9] hops from you/ })).not.toHaveCount(0);
  const relay = rows.filter({ hasText: /Passes on .* to [1-4] viewers?, 1 (hop|to)/ }).first();
  await relay.getByRole('button').click();
  await expect(dialog.getByRole('heading', { level: 3 })).toHaveText(/^Viewer [0-9a-f]{4}$/);
  await expect(dialog.getByRole('button', { pressed: true })).toHaveCount(1);

  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  // What was asked before may still be answered; in the four seconds after that each would report twice.
  const [first] = viewers;
  if (!first) throw new Error('nobody watches');
  const frames = async (more: number) => {
    const { media } = await snapshot(first);
    await until(first, (seen) => seen.media.framesShown >= media.framesShown + more, 20_000);
  };
  await frames(25);
  const before = await reports();
  expect(Math.min(...before)).toBeGreaterThan(0);
  await frames(100);
  expect(await reports()).toEqual(before);
});
