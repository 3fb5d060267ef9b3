import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { decodeErrors, pictureAfterSeek, probe, topBoxes } from '../support/ffmpeg.ts';
import { firstPicture, goLive, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

/** So many pictures a viewer has seen before it keeps some: about six seconds. */
const PICTURES = 180;
let site: RunningSite;
let folder: string;

test.beforeAll(async () => {
  site = await startSite();
  folder = mkdtempSync(join(tmpdir(), 'passaparola-'));
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await site.stop();
});

test('a viewer goes back and pauses, returns to live, and keeps the last seconds as a sound file unless the host forbids it', async ({
  browser,
}) => {
  const { page: host, link } = await goLive(browser, site.url, 'height=180&bitrate=300');
  const viewer = await watch(browser, link);
  await firstPicture(viewer);
  await until(viewer, ({ media }) => media.framesShown >= PICTURES, 30_000);
  const button = viewer.getByRole('button', { name: 'Clip: keep the last 30 seconds' });
  const [download] = await Promise.all([viewer.waitForEvent('download'), button.click()]);
  expect(download.suggestedFilename()).toMatch(/^\d{4}-\d\d-\d\d \d\d\.\d\d clip\.mp4$/);
  const file = join(folder, 'clip.mp4');
  await download.saveAs(file);
  await expect(viewer.getByText('Kept: look among your downloads.')).toBeVisible();
  expect(decodeErrors(file)).toBe('');
  const { durationS, pictures, sounds } = probe(file);
  expect(durationS).toBeGreaterThan(5);
  expect(durationS).toBeLessThan(33);
  expect(Math.abs(pictures.startS - sounds.startS)).toBeLessThan(0.08);
  expect(Math.abs(pictures.durationS - sounds.durationS)).toBeLessThan(0.2);
  expect(topBoxes(file).indexOf('moov')).toBeLessThan(topBoxes(file).indexOf('mdat'));
  expect(pictureAfterSeek(file, 3)).toBe(true);

  await viewer.getByRole('button', { name: 'Go back ten seconds' }).click();
  const again = viewer.getByTestId('rewind');
  const playhead = (): Promise<number> => again.evaluate((video: HTMLVideoElement) => video.currentTime);
  await expect.poll(playhead).toBeGreaterThan(0.5);
  await again.evaluate((video: HTMLVideoElement) => video.pause());
  const { media } = await until(viewer, () => true);
  const pausedAt = await playhead();
  await until(viewer, (seen) => seen.media.framesShown > media.framesShown + 90);
  expect(await playhead()).toBe(pausedAt);
  await again.evaluate((video: HTMLVideoElement) => video.play());
  // It is longer than it was when it began, and ends where the show is.
  await expect.poll(playhead).toBeGreaterThan(pausedAt + 1);
  await viewer.getByRole('button', { name: 'Back to live' }).click();
  await expect(again).toBeHidden();
  await expect(viewer.getByTestId('stream-status')).toHaveAttribute('data-state', 'live');

  await host.getByRole('button', { name: 'Rules of the chat' }).click();
  await host.getByRole('switch', { name: 'Viewers may keep the last 30 seconds' }).click();
  await expect(button).toBeHidden();
});
