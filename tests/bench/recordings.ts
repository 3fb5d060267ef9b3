import type { Browser, BrowserContext, Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordingsFixture } from '../browser/fixtures/recordings.ts';
import { decodeErrors, pictureAfterSeek, probe, topBoxes } from '../support/ffmpeg.ts';
import { startFixtureServer } from '../support/fixture-server.ts';
import { killHostAndLook, openProfile, storedTimes } from '../support/killed-host.ts';
import { goLive, PHONE, until } from '../support/show.ts';
import { type Figure, figure } from './figure.ts';
import { megabytes, processorSeconds } from './processes.ts';

declare global {
  var recordings: RecordingsFixture;
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'passaparola-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A show of so many seconds, downloaded as a person does, and looked at with FFmpeg. */
export const measureRecordedShow = (browser: Browser, site: string, seconds: number): Promise<Figure[]> =>
  inFolder(async (folder) => {
    const { page } = await goLive(browser, site, 'height=360&bitrate=1000', PHONE, (context) =>
      context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker')),
    );
    await until(page, ({ recording }) => (recording?.durationMs ?? 0) >= seconds * 1000, seconds * 2000);
    await page.getByRole('button', { name: 'End show' }).click();
    await page.getByRole('button', { name: 'Yes, end the show' }).click();
    await page.getByRole('link', { name: 'Recordings' }).click();
    await page.locator('[data-testid=recording-row][data-state=ended]').waitFor();
    const recordedS = (await storedTimes(page)).durationMs / 1000;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('download-recording').click(),
    ]);
    const file = join(folder, 'show.mp4');
    await download.saveAs(file);
    await page.context().close();
    const { durationS, pictures, sounds } = probe(file);
    let seekable = 0;
    for (let atS = 0; atS < Math.floor(durationS); atS++) if (pictureAfterSeek(file, atS)) seekable += 1;
    const errors = decodeErrors(file);
    return [
      figure('recorded', recordedS, 's', seconds, true),
      figure('words of complaint of the decoders', errors.length, '', 0),
      figure('file is longer or shorter by', Math.abs(durationS - recordedS) * 1000, 'ms', 200),
      figure('picture and sound begin apart', Math.abs(pictures.startS - sounds.startS) * 1000, 'ms', 80),
      figure('picture and sound end apart', Math.abs(pictures.durationS - sounds.durationS) * 1000, 'ms', 80),
      figure('index before the media', topBoxes(file).join() === 'ftyp,moov,mdat' ? 1 : 0, '', 1, true),
      figure('seconds at which a picture is found', seekable, 's', Math.floor(durationS), true),
    ];
  });

/** The browser is killed at a random moment, again and again. */
export const measureKilledHosts = (site: string, times: number): Promise<Figure[]> =>
  inFolder(async (folder) => {
    const lost: number[] = [];
    let sound = 0;
    for (let at = 0; at < times; at++) {
      const remains = await killHostAndLook(site, 'height=360&bitrate=1000', 1_000 + Math.random() * 6_000, folder);
      lost.push(remains.lostMs);
      if (remains.state === 'interrupted' && decodeErrors(remains.file) === '') sound += 1;
    }
    return [
      figure('recordings that open and decode', sound, `of ${times}`, times, true),
      figure('missing at the end, worst', Math.max(...lost), 'ms', 2_000),
      figure('missing at the end, mean', lost.reduce((sum, ms) => sum + ms, 0) / lost.length, 'ms', null),
    ];
  });

/**
 * A recording of so many hours, written by the real recorder as fast as it takes what was encoded before; in a browser with
 * a profile, since one without keeps all of it in memory.
 */
export const measureLongRecording = (hours: number): Promise<Figure[]> =>
  inFolder(async (folder) => {
    const { context, page } = await openProfile(join(folder, 'profile'));
    try {
      return await measureLong(context, page, hours);
    } finally {
      await context.close();
    }
  });

async function measureLong(context: BrowserContext, page: Page, hours: number): Promise<Figure[]> {
  const browser = context.browser();
  if (!browser) throw new Error('the browser of this profile is not at hand');
  const fixtures = await startFixtureServer([
    'idb',
    'mediabunny',
    '@mediabunny/aac-encoder',
    '@noble/ed25519',
    '@noble/hashes/sha2.js',
  ]);
  try {
    await page.goto(`${fixtures.url}recordings.html`);
    await page.waitForFunction(() => 'recordings' in globalThis);
    await page.evaluate(() => recordings.encode(20, 720, 2_000_000));
    const written = await page.evaluate(async (wanted) => {
      recordings.begin();
      return recordings.recordLong(wanted);
    }, hours);
    await page.reload(); // what the recorder held is gone
    await page.waitForFunction(() => 'recordings' in globalThis);
    const listMs = await page.evaluate(() => recordings.openLibrary());
    const seeks = await page.evaluate(() => recordings.seek([0.5, 0.1, 0.9, 0.33, 0.75]));
    const asItIs = await measureDownload(browser, page, false);
    const withAac = await measureDownload(browser, page, true);
    return [
      figure('recorded', written.durationMs / 3_600_000, 'h', hours * 0.999, true),
      figure('written', written.bytes / 1e9, 'GB', null),
      figure('library lists it after', listMs, 'ms', 1_000),
      figure('a seek shows its picture, worst of 5', Math.max(...seeks), 'ms', 500),
      figure('file', asItIs.bytes / 1e9, 'GB', null),
      figure('download takes', asItIs.seconds, 's', null),
      figure("page's memory grows during the download", asItIs.growthMb, 'MB', 150),
      figure('download with AAC takes', withAac.seconds, 's', null),
      figure("page's memory grows during that", withAac.growthMb, 'MB', 150),
    ];
  } finally {
    await fixtures.close();
  }
}

/** How large the file becomes, how long that takes, and what memory the browser's pages need for it. */
async function measureDownload(browser: Browser, page: Page, isForEveryPlayer: boolean) {
  const before = await megabytes(browser, false);
  const startMs = performance.now();
  let most = before;
  const done = new AbortController();
  const copying = page
    .evaluate((wish) => recordings.download(wish), isForEveryPlayer)
    .finally(() => {
      done.abort();
    });
  while (!done.signal.aborted) {
    most = Math.max(most, await megabytes(browser, false));
    await pause(250);
  }
  const bytes = await copying;
  return { bytes, seconds: (performance.now() - startMs) / 1000, growthMb: most - before };
}

/** The same show with and without its recording, taken in turn: what all of the browser's processes take. */
export async function measureRecordingCost(
  launch: () => Promise<Browser>,
  site: string,
  seconds: number,
): Promise<Figure[]> {
  const shares: Record<'with' | 'without', number[]> = { with: [], without: [] };
  for (let round = 0; round < 3; round++) {
    for (const kind of ['with', 'without'] as const) {
      const browser = await launch();
      const { page } = await goLive(browser, site, 'height=720&bitrate=2000', PHONE);
      if (kind === 'without') await page.getByRole('switch', { name: 'Record this show' }).click();
      // The way to the switch moves the picture out of sight, and painting it takes more than recording it.
      await page.getByTestId('stage').evaluate((stage) => stage.scrollIntoView({ block: 'end' }));
      await pause(5_000);
      const before = await processorSeconds(browser);
      await pause(seconds * 1000);
      shares[kind].push(((await processorSeconds(browser)) - before) / seconds);
      await browser.close();
    }
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    figure('show alone, of one core', 100 * mean(shares.without), '%', null),
    figure('recording costs, of one core', 100 * (mean(shares.with) - mean(shares.without)), '%', 5),
  ];
}
