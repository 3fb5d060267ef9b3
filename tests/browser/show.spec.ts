import { type BrowserContext, expect, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenIn, loudness } from '../support/ear.ts';
import { openProfile } from '../support/killed-host.ts';
import {
  cameraToScreen,
  firstPicture,
  goLive,
  openPage,
  PHONE,
  quantile,
  sampleStrip,
  snapshot,
  stripesFed,
  until,
  watch,
  watchLink,
  PATIENCE,
} from '../support/show.ts';
import { inRoom, say } from '../support/room.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { ALONE, test } from './show-test.ts';

/** 640×360 at 1 Mbit/s, with an uplink for two and a half viewers. */
const SMALL_SHOW = 'height=360&bitrate=1000&uplink=2.5';
const TINY_SHOW = 'height=180&bitrate=300';
/** Twice as many viewers as the host can feed. */
const CROWD = 5;
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

test('from the home page, two taps are live; a viewer who follows the link sees and hears the show', async ({
  browser,
}) => {
  const host = await openPage(browser, `${site.url}#/?lang=en`);
  await host
    .getByRole('link', { name: 'Go live' })
    .or(host.getByRole('button', { name: 'Go live' }))
    .click();
  await host.getByRole('button', { name: 'Go live', exact: true }).click();
  await expect(host.getByTestId('live-badge')).toBeVisible();

  const viewer = await watch(browser, await watchLink(host));
  await firstPicture(viewer);
  await expect(viewer.getByTestId('stream-status')).toHaveAttribute('data-state', 'live');
  await expect(host.getByTestId('viewer-count')).toHaveText(/^1\b/);
  await viewer.getByRole('button', { name: 'Unmute' }).click();
  expect(await viewer.getByTestId('stage').evaluate((stage: HTMLVideoElement) => stage.muted)).toBe(false);
  await expect.poll(() => soundBytes(viewer)).toBeGreaterThan(0);
});

// One channel where there is little room, two else.
for (const settings of [TINY_SHOW, SMALL_SHOW]) {
  test(`who unmutes hears the show of ${settings}, who mutes does not, and who leaves lets go of the sound device`, async ({
    browser,
  }) => {
    const { link } = await goLive(browser, site.url, settings);
    const viewer = await watch(browser, link, '', listenIn);
    await firstPicture(viewer);
    expect(await viewer.evaluate(() => globalThis.ear)).toBeUndefined();
    await viewer.getByRole('button', { name: 'Unmute' }).click();
    await expect.poll(() => loudness(viewer)).toBeGreaterThan(0.01);
    await viewer.getByTestId('stage').evaluate((stage: HTMLVideoElement) => (stage.muted = true));
    await expect.poll(() => loudness(viewer)).toBe(0);
    const { framesShown } = (await snapshot(viewer)).media;
    await until(viewer, ({ media }) => media.framesShown > framesShown + 25);
    await viewer.evaluate(() => (location.hash = '#/'));
    await expect.poll(() => viewer.evaluate(() => globalThis.ear?.context.state)).toBe('closed');
  });
}

test('a crowd passes the show on: the host stays below its uplink', { tag: ALONE }, async ({ browser }) => {
  test.setTimeout(300_000);
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW);
  const viewers: Page[] = [];
  for (let at = 0; at < CROWD; at++) {
    const viewer = await watch(browser, link);
    await firstPicture(viewer);
    await viewer.getByRole('button', { name: 'Unmute' }).click();
    viewers.push(viewer);
  }
  await Promise.all(viewers.map((viewer) => until(viewer, ({ media }) => media.framesShown > 90, 30_000)));
  await Promise.all(viewers.map(sampleStrip));
  const beforeMs = Date.now();
  const before = await Promise.all([host, ...viewers].map(snapshot));
  await Promise.all(
    viewers.map((viewer, at) =>
      until(viewer, ({ media }) => media.framesShown > (before[at + 1]?.media.framesShown ?? 0) + 200, 30_000),
    ),
  );
  const after = await Promise.all([host, ...viewers].map(snapshot));
  const afterMs = Date.now();
  const delays = await Promise.all(viewers.map(cameraToScreen));

  const stalled = viewers.map(
    (_, at) => (after[at + 1]?.media.stalledMs ?? 0) - (before[at + 1]?.media.stalledMs ?? 0),
  );
  // So many pages fill two cores, so this holds the mechanism; `npm run bench` measures with seven how well it does.
  expect(Math.max(...stalled)).toBeLessThan(1_500 * PATIENCE);
  expect(Math.max(...after.map(({ mesh }) => mesh.depth ?? 0))).toBeGreaterThanOrEqual(2);
  expect(quantile(delays.flat(), 0.95)).toBeLessThan(800 * PATIENCE);
  const sentBytes = (after[0]?.mesh.mediaBytesSent ?? 0) - (before[0]?.mesh.mediaBytesSent ?? 0);
  expect((sentBytes * 8000) / (afterMs - beforeMs)).toBeLessThanOrEqual(2_500_000);
  expect(after[0]?.mesh.viewers).toBe(CROWD);
});

test('a live studio fits a phone: nothing scrolls sideways', async ({ browser }) => {
  const { page } = await goLive(browser, site.url, SMALL_SHOW, PHONE);
  await page.getByRole('button', { name: 'Who feeds whom' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
});

test('who comes early waits, and sees the show begin; the end is said to all', async ({ browser }) => {
  const host = await openPage(browser, `${site.url}#/studio?lang=en&source=test&height=360`);
  const link = await watchLink(host);
  const early = await watch(browser, link);
  await expect(early.getByTestId('stream-status')).toHaveAttribute('data-state', 'waiting', { timeout: 15_000 });
  await host.getByRole('button', { name: 'Go live', exact: true }).click();
  await firstPicture(early);
  await expect(early.getByTestId('stream-status')).toHaveAttribute('data-state', 'live');

  await host.getByRole('button', { name: 'End show' }).click();
  await host.getByRole('button', { name: 'Yes, end the show' }).click();
  await expect(early.getByTestId('stream-status')).toHaveAttribute('data-state', 'ended');
});

test('the host reloads: viewers keep the picture, and the show goes on under the same link', async ({ browser }) => {
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW);
  const viewer = await watch(browser, link);
  await firstPicture(viewer);
  host.on('dialog', (dialog) => void dialog.accept());
  await host.reload();
  const status = viewer.getByTestId('stream-status');
  await expect(status).toHaveAttribute('data-state', 'reconnecting', { timeout: 15_000 });
  await expect(status).toContainText('The host is coming back');
  await expect(host.getByRole('heading', { name: 'Your show is not over' })).toBeVisible();
  await host.getByRole('button', { name: 'Go live', exact: true }).click();
  await host.getByTestId('live-badge').waitFor();
  const backMs = Date.now();
  expect(await watchLink(host)).toBe(link);
  await expect(status).toHaveAttribute('data-state', 'live', { timeout: 15_000 });
  expect(Date.now() - backMs).toBeLessThan(3_000 * PATIENCE);
});

test('the host’s browser is killed: in the next one the show goes on under the same link', async ({ browser }) => {
  const profile = mkdtempSync(join(tmpdir(), 'passaparola-host-'));
  const openStudio = async () => {
    const host = await openProfile(profile);
    await host.page.goto(`${site.url}#/studio?lang=en&source=test&${SMALL_SHOW}`);
    await host.page.getByTestId('watch-link').waitFor();
    return host;
  };
  const first = await openStudio();
  const link = await watchLink(first.page);
  await first.page.getByRole('button', { name: 'Go live', exact: true }).click();
  const viewer = await watch(browser, link);
  await firstPicture(viewer);
  // Chromium writes what a page has stored locally within five seconds.
  await until(first.page, ({ recording }) => (recording?.durationMs ?? 0) > 8_000, 20_000);
  await first.kill();
  const status = viewer.getByTestId('stream-status');
  await expect(status).toHaveAttribute('data-state', 'reconnecting', { timeout: 15_000 });
  await expect(status).toContainText('The host is coming back');

  const second = await openStudio();
  expect(await watchLink(second.page)).toBe(link);
  await expect(second.page.getByRole('heading', { name: 'Your show is not over' })).toBeVisible();
  await second.page.getByRole('button', { name: 'Go live', exact: true }).click();
  await second.page.getByTestId('live-badge').waitFor();
  const backMs = Date.now();
  await expect(status).toHaveAttribute('data-state', 'live', { timeout: 15_000 });
  expect(Date.now() - backMs).toBeLessThan(3_000 * PATIENCE);
  await second.context.close();
  rmSync(profile, { recursive: true, force: true });
});

test('a host goes live again under the link of the last show, and whoever stayed sees it begin', async ({
  browser,
}) => {
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW);
  const viewer = await watch(browser, link);
  await firstPicture(viewer);
  await viewer.getByRole('button', { name: 'Unmute' }).click();
  await host.getByRole('button', { name: 'End show' }).click();
  await host.getByRole('button', { name: 'Yes, end the show' }).click();
  const status = viewer.getByTestId('stream-status');
  await expect(status).toHaveAttribute('data-state', 'ended');
  await host.getByRole('button', { name: 'New show' }).click();
  await expect.poll(() => watchLink(host)).not.toBe(link);
  await host.getByRole('button', { name: /^Use the one of .* again$/ }).click();
  await expect.poll(() => watchLink(host)).toBe(link);
  await expect(host.getByRole('heading', { name: 'Ready when you are' })).toBeVisible();
  await expect(host.getByRole('button', { name: 'Use a new link' })).toBeHidden(); // somebody waits under this one
  await host.getByRole('button', { name: 'Go live', exact: true }).click();
  await expect(status).toHaveAttribute('data-state', 'live', { timeout: 15_000 });
  await firstPicture(viewer);
  await expect(viewer.getByTestId('stage')).toHaveJSProperty('muted', false);
});

test('a viewer who does not pass on is served all the same, and feeds nobody', async ({ browser }) => {
  const { link } = await goLive(browser, site.url, SMALL_SHOW);
  const rider = await watch(browser, link, 'relay=off');
  await firstPicture(rider);
  const other = await watch(browser, link);
  await firstPicture(other);
  await until(other, ({ media }) => media.framesShown > 60);
  expect((await snapshot(rider)).mesh.mediaBytesSent).toBe(0);
});

test('whose browser has no decoder for the show is told so, passes it on all the same, and chats', async ({
  browser,
}) => {
  // The host feeds one viewer: the next one needs somebody who passes on.
  const { link } = await goLive(browser, site.url, 'height=180&bitrate=300&uplink=0.42', PHONE);
  const blind = await watch(browser, link, '', withoutDecoders);
  await expect(blind.getByText('This browser can’t play the show.')).toBeVisible();
  await until(blind, ({ mesh }) => mesh.piecesReceived > 100);
  const other = await watch(browser, link);
  await firstPicture(other, 20_000);
  await expect.poll(() => stripesFed(blind)).toBeGreaterThan(0);
  expect((await snapshot(blind)).media.framesShown).toBe(0);
  await inRoom(blind);
  await say(blind, 'I hear of it at least', 'Ada');
  await expect(other.getByTestId('chat-message').filter({ hasText: 'I hear of it at least' })).toBeVisible();
});

/** A browser that says it can play nothing. Real ones lack H.264 alone, say, and may play another show. */
async function withoutDecoders(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    MediaSource.isTypeSupported = () => false;
  });
}

/** Bytes that the page's audio decoder has eaten, as Chrome counts them. */
function soundBytes(page: Page): Promise<number> {
  return page
    .getByTestId('stage')
    .evaluate(
      (stage: HTMLVideoElement & { webkitAudioDecodedByteCount?: number }) => stage.webkitAudioDecodedByteCount ?? 0,
    );
}
