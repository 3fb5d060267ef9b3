import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { Snapshot } from '../../src/app/snapshot.ts';
import { readStrip, stripAgeMs, STRIP_BLOCKS, stripSamplePoints } from '../../src/core/clock-strip.ts';

/** What a test sees on a page with a session. */
interface Diagnostics {
  passaparola?: { snapshot(): Snapshot };
}

/** A phone: without a graphics card, painting a crowd of larger pictures would take more than all the rest. */
export const PHONE = { width: 390, height: 844 };

/** Where others use the machine as well, pages take several times as long, and stand still for seconds (chosen). */
export const PATIENCE = process.env['CI'] === undefined ? 1 : 3;

/** What a test does to a page's surroundings before anything is loaded. */
type Prepare = (context: BrowserContext) => Promise<unknown>;

/** A page of its own browser context: its own storage, its own channels. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport?: typeof PHONE,
  prepare?: Prepare,
): Promise<Page> {
  // No two people share a device: on this one, each page would make the copy that a device makes once.
  const context = await browser.newContext({ serviceWorkers: 'block', ...(viewport && { viewport }) });
  await prepare?.(context);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/**
 * The host of a rehearsal, live, and the link to share.
 * @param settings after the `?` of the studio's hash; the first of each name counts, and the source is a test unless named
 */
export async function goLive(
  browser: Browser,
  site: string,
  settings: string,
  viewport?: typeof PHONE,
  prepare?: Prepare,
): Promise<{ page: Page; link: string }> {
  const page = await openPage(browser, `${site}#/studio?lang=en&${settings}&source=test`, viewport, prepare);
  await page.getByRole('button', { name: 'Go live', exact: true }).click();
  await page.getByTestId('live-badge').waitFor();
  return { page, link: await watchLink(page) };
}

/** The link that the studio shows. */
export async function watchLink(page: Page): Promise<string> {
  const link = await page.getByTestId('watch-link').getAttribute('href');
  if (link === null) throw new Error('the studio shows no link');
  return link;
}

/** A viewer's page on a phone; it may not show anything yet. */
export async function watch(browser: Browser, link: string, settings = '', prepare?: Prepare): Promise<Page> {
  return openPage(browser, `${link}?lang=en${settings === '' ? '' : `&${settings}`}`, PHONE, prepare);
}

/** Waits until the page has shown a picture. */
export async function firstPicture(page: Page, timeout = 15_000): Promise<void> {
  await page.waitForFunction(
    () => ((globalThis as Diagnostics).passaparola?.snapshot().media.framesShown ?? 0) > 0,
    undefined,
    { timeout, polling: 50 },
  );
}

/** The page's diagnostics. */
export async function snapshot(page: Page): Promise<Snapshot> {
  const found = await page.evaluate(() => (globalThis as Diagnostics).passaparola?.snapshot());
  if (!found) throw new Error('the page has no session');
  return found;
}

/** How often a page is asked how it is, ms. Chosen: each question takes a turn of page, browser and test. */
const POLL_MS = 50;

/** Waits until the page's diagnostics are as wished. */
export async function until(page: Page, wish: (seen: Snapshot) => boolean, timeout = 15_000): Promise<Snapshot> {
  const end = Date.now() + timeout * PATIENCE;
  for (;;) {
    const seen = await snapshot(page);
    if (wish(seen)) return seen;
    if (Date.now() > end) throw new Error(`not within ${timeout} ms; at last: ${JSON.stringify(seen)}`);
    await pause(POLL_MS);
  }
}

/** Ends the page's process at once: no goodbye, no closing of connections. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  await page.goto('chrome://crash').catch(() => undefined);
  await crashed;
}

/** How many stripes a viewer passes on, each neighbour counted. */
export async function stripesFed(viewer: Page): Promise<number> {
  return (await snapshot(viewer)).links.reduce((sum, link) => sum + link.parentOf.length, 0);
}

/** The viewer that passes most stripes on. @throws Error when none does */
export async function feedsMost(viewers: readonly Page[]): Promise<Page> {
  const stripes = await Promise.all(viewers.map(stripesFed));
  const most = Math.max(...stripes);
  const page = viewers[stripes.indexOf(most)];
  if (!page || most === 0) throw new Error('nobody passes anything on');
  return page;
}

interface Sampler {
  stripSamples?: { luma: number[]; atMs: number }[];
}

/**
 * Has the page note down the clock strip of a frame that it shows, and when, about six times a second: a look at every
 * frame would have the page render as often itself. At most 5,000 of them.
 */
export async function sampleStrip(page: Page): Promise<void> {
  const points = stripSamplePoints(STRIP_BLOCKS * 8, 360);
  await page.evaluate(
    (xs) => {
      const video = document.querySelector<HTMLVideoElement>('video[data-testid=stage]');
      const canvas = new OffscreenCanvas(384, 1);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!video || !context) throw new Error('no stage');
      const samples: { luma: number[]; atMs: number }[] = [];
      (globalThis as Sampler).stripSamples = samples;
      // A method, not a named function: bundlers mark those with a helper that the page does not have.
      const looker = {
        look({ expectedDisplayTime }: { expectedDisplayTime: number }): void {
          setTimeout(() => video.requestVideoFrameCallback((_, frame) => looker.look(frame)), 150);
          if (samples.length >= 5000) return;
          const y = Math.floor((video.videoHeight * 29) / 30);
          context.drawImage(video, 0, y, video.videoWidth, 1, 0, 0, 384, 1);
          const { data } = context.getImageData(0, 0, 384, 1);
          const atMs = Date.now() + expectedDisplayTime - performance.now();
          samples.push({ luma: xs.map((x) => data[x * 4 + 1] ?? 0), atMs });
        },
      };
      video.requestVideoFrameCallback((_, frame) => looker.look(frame));
    },
    points.map(({ x }) => x),
  );
}

/** Delays from the drawing of a picture at the host to its display here, ms, since `sampleStrip` or the last call. */
export async function cameraToScreen(page: Page): Promise<number[]> {
  const samples = await page.evaluate(() => (globalThis as Sampler).stripSamples?.splice(0) ?? []);
  return samples.flatMap(({ luma, atMs }) => {
    const drawn = readStrip(luma);
    return drawn === null ? [] : [stripAgeMs(drawn, atMs)];
  });
}

/** The value below which this share of the values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
