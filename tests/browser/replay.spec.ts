import { type Browser, expect, type Page } from '@playwright/test';
import { firstPicture, goLive, PATIENCE, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

const SMALL_SHOW = 'height=180&bitrate=300';
/** So much of the show is there when it ends, ms: enough to seek in, or a few runs. */
const LENGTH_MS = 9_000;
const SHORT_MS = 5_000;
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

/** A show that is over; its host's page stays. */
async function endedShow(browser: Browser, lengthMs: number): Promise<{ host: Page; link: string }> {
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW);
  await until(host, ({ recording }) => (recording?.durationMs ?? 0) > lengthMs, 30_000);
  await host.getByRole('button', { name: 'End show' }).click();
  await host.getByRole('button', { name: 'Yes, end the show' }).click();
  await until(host, ({ past }) => past !== null);
  return { host, link };
}

const playhead = (page: Page): Promise<number> =>
  page.getByTestId('stage').evaluate((stage: HTMLVideoElement) => stage.currentTime);

/** The picture moves on, past that second. */
async function playsBeyond(page: Page, second: number): Promise<void> {
  await expect.poll(() => playhead(page), { timeout: 20_000 * PATIENCE }).toBeGreaterThan(second);
}

test('whoever comes after the end sees the show from its beginning, from each other as well, and can seek', async ({
  browser,
}) => {
  const { host, link } = await endedShow(browser, LENGTH_MS);
  await expect(host.getByRole('switch', { name: 'Let visitors watch it from the start' })).toBeChecked();
  const viewers = await Promise.all([1, 2, 3].map(() => watch(browser, link)));
  for (const viewer of viewers) {
    await playsBeyond(viewer, 2);
    await expect(viewer.getByTestId('stream-status')).toHaveAttribute('data-state', 'ended');
  }
  const last = LENGTH_MS / 1000 - 2;
  for (const viewer of viewers) {
    await viewer.getByTestId('stage').evaluate((stage: HTMLVideoElement, at) => (stage.currentTime = at), last);
    await playsBeyond(viewer, last + 0.5);
  }
  const seen = await Promise.all(viewers.map((viewer) => until(viewer, ({ past }) => past?.held === past?.runs)));
  const fedByOthers = seen.filter(({ past }) => (past?.fromOthers ?? 0) > 0);
  expect(fedByOthers.length).toBeGreaterThanOrEqual(2);
  expect(seen.map(({ past }) => past?.refused)).toEqual([0, 0, 0]);

  // With the host gone those who have kept it let others in.
  await host.context().close();
  const newcomer = await watch(browser, link);
  await playsBeyond(newcomer, 2);
  expect((await snapshot(newcomer)).past?.fromHost).toBe(0);
});

test('whoever comes late sees the show from its beginning, one from the other, while it goes on, and comes back to it', async ({
  browser,
}) => {
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW);
  // Some seconds that neither of them was there for.
  await until(host, ({ past }) => (past?.runs ?? 0) > 5, 30_000);
  const late: Page[] = [];
  for (const name of ['first', 'second']) {
    const viewer = await watch(browser, link);
    await firstPicture(viewer);
    await test.step(name, async () => {
      await viewer.getByRole('button', { name: 'Unmute' }).click();
      await viewer.getByRole('button', { name: 'Watch from the start' }).click();
      const film = viewer.getByTestId('rewind');
      const playhead = () => film.evaluate((video: HTMLVideoElement) => video.currentTime);
      await expect.poll(playhead, { timeout: 20_000 * PATIENCE }).toBeGreaterThan(1);
      expect(await playhead()).toBeLessThan(5);
    });
    late.push(viewer);
  }
  const [first, second] = late;
  if (!first || !second) throw new Error('two came');
  // The show that goes on comes all the same, for others as well; its past grows.
  const { media, past } = await snapshot(second);
  await until(second, (seen) => seen.media.framesShown > media.framesShown + 50);
  await until(second, (seen) => (seen.past?.runs ?? 0) > (past?.runs ?? 0), 30_000);
  await until(first, (seen) => (seen.past?.served ?? 0) > 0, 30_000);
  const { past: had } = await until(second, (seen) => (seen.past?.fromOthers ?? 0) > 0);
  expect(had?.refused).toBe(0);
  await second.getByRole('button', { name: 'Back to live' }).click();
  await expect(second.getByTestId('rewind')).toHaveCount(0);
  await expect(second.getByTestId('stream-status')).toHaveAttribute('data-state', 'live');
});

test('a forged run is refused, whoever sent it is cut off, and the show goes on from elsewhere', async ({
  browser,
}) => {
  const { host, link } = await endedShow(browser, SHORT_MS);
  const forger = await watch(browser, link, '', (context) =>
    context.addInitScript(() => {
      type Send = (this: RTCDataChannel, data: unknown) => void;
      const send = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'send')?.value as Send;
      // The last byte of each part of a run: whatever it carries is not what the host signed.
      RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
        const bytes = data instanceof Uint8Array ? data : null;
        if (bytes && bytes.length > 2_000 && bytes[0] === 19) bytes[bytes.length - 1] = 255 - (bytes.at(-1) ?? 0);
        send.call(this, data);
      };
    }),
  );
  await playsBeyond(forger, 2);
  await until(forger, ({ past }) => past?.held === past?.runs);
  // Nobody else gives it for now.
  await host.getByRole('switch', { name: 'Let visitors watch it from the start' }).click();
  const viewer = await watch(browser, link);
  await expect(viewer.getByTestId('stream-status')).toHaveAttribute('data-state', 'ended');
  await until(viewer, ({ past }) => (past?.refused ?? 0) > 0);
  await host.getByRole('switch', { name: 'Let visitors watch it from the start' }).click();
  await playsBeyond(viewer, 2);
  const { past } = await until(viewer, () => true);
  expect(past?.fromHost).toBeGreaterThan(0);
  expect(past?.fromOthers).toBe(0);
});
