import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killHostAndLook, storedTimes } from '../support/killed-host.ts';
import { decodeErrors, pictureAfterSeek, probe, topBoxes } from '../support/ffmpeg.ts';
import { firstPicture, goLive, PHONE, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

/** 320×180, so that the encoder costs little. */
const SMALL_SHOW = 'height=180&bitrate=400';
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

const endShow = async (host: Page): Promise<void> => {
  await host.getByRole('button', { name: 'End show' }).click();
  await host.getByRole('button', { name: 'Yes, end the show' }).click();
};

test('a show with a reload and a change of quality becomes one recording, to watch, name, cut, download and delete', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const { page: host } = await goLive(browser, site.url, SMALL_SHOW, PHONE, (context) =>
    // Its dialog is the browser's own, which nobody can answer here; without it files go through the page's storage.
    context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker')),
  );
  host.on('dialog', (dialog) => void dialog.accept());
  await host.getByTestId('chat-input').fill('The blue bowl');
  await host.getByTestId('chat-input').press('Enter');
  await host.getByTestId('chat-message').first().waitFor();
  const before = await until(host, ({ recording }) => (recording?.durationMs ?? 0) > 4_000);
  await host.reload();
  await host.getByRole('button', { name: 'Go live', exact: true }).click();
  const { recording } = await until(
    host,
    (seen) => (seen.recording?.durationMs ?? 0) > (before.recording?.durationMs ?? 0) + 2_000,
  );
  expect(recording?.id).toBe(before.recording?.id);
  await host.getByLabel('Quality').selectOption('360p');
  const recordedMs = recording?.durationMs ?? 0;
  await until(host, (seen) => (seen.recording?.durationMs ?? 0) > recordedMs + 3_000);
  await endShow(host);
  await host.getByRole('link', { name: 'Recordings' }).click();
  const row = host.getByTestId('recording-row');
  await expect(row).toHaveAttribute('data-state', 'ended');
  const { durationMs: lastMs } = await storedTimes(host);
  expect(lastMs).toBeGreaterThan(9_000);
  await row.getByRole('button', { name: 'Rename' }).click();
  await host.getByLabel('Title').fill('Cups: blue/green');
  await host.getByLabel('Title').press('Enter');
  await expect(row.getByRole('heading')).toHaveText('Cups: blue/green');
  await expect(row.locator('img')).toBeVisible();
  const { violations } = await new AxeBuilder({ page: host }).withTags(['wcag2a', 'wcag2aa']).analyze();
  expect(violations).toEqual([]);
  expect(await host.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);

  const [download] = await Promise.all([host.waitForEvent('download'), host.getByTestId('download-recording').click()]);
  expect(download.suggestedFilename()).toMatch(/^Cups blue green \d{4}-\d\d-\d\d \d\d\.\d\d\.mp4$/);
  const file = join(folder, 'show.mp4');
  await download.saveAs(file);
  expect(topBoxes(file)).toEqual(['ftyp', 'moov', 'mdat']);
  expect(decodeErrors(file)).toBe('');
  const { durationS, pictures, sounds } = probe(file);
  expect(sounds.codec).toBe('opus');
  expect(Math.abs(durationS - lastMs / 1000)).toBeLessThan(0.2);
  expect(Math.abs(pictures.startS - sounds.startS)).toBeLessThan(0.08);
  expect(Math.abs(pictures.durationS - sounds.durationS)).toBeLessThan(0.08);
  for (let atS = 0; atS < Math.floor(durationS); atS += 3) expect(pictureAfterSeek(file, atS)).toBe(true);

  await host.getByRole('switch', { name: 'Sound for every player' }).click();
  await row.getByRole('button', { name: 'Play Cups' }).click();
  const film = host.getByTestId('film');
  await expect.poll(() => film.evaluate((video: HTMLVideoElement) => video.readyState)).toBeGreaterThanOrEqual(2);
  await film.evaluate((video: HTMLVideoElement) => (video.currentTime = 8.5));
  await expect
    .poll(() => film.evaluate((video: HTMLVideoElement) => (video.seeking ? 0 : video.readyState)))
    .toBeGreaterThanOrEqual(2);
  await host.getByLabel('Beginning').fill('3000');
  await host.getByLabel('End', { exact: true }).fill('6000');
  const [part] = await Promise.all([host.waitForEvent('download'), host.getByTestId('download-part').click()]);
  const partFile = join(folder, 'part.mp4');
  await part.saveAs(partFile);
  expect(decodeErrors(partFile)).toBe('');
  const { durationS: partS, pictures: partPictures, sounds: partSounds } = probe(partFile);
  expect(partS).toBeGreaterThanOrEqual(3);
  expect(partS).toBeLessThan(5.2);
  expect(partSounds.codec).toBe('aac');
  expect(Math.abs(partPictures.startS - partSounds.startS)).toBeLessThan(0.08);
  expect(Math.abs(partPictures.durationS - partSounds.durationS)).toBeLessThan(0.08);
  const [chat] = await Promise.all([
    host.waitForEvent('download'),
    host.getByRole('button', { name: 'Save as subtitles' }).click(),
  ]);
  const chatFile = join(folder, 'chat.vtt');
  await chat.saveAs(chatFile);
  expect(readFileSync(chatFile, 'utf8')).toMatch(/^WEBVTT\n\n00:00:0\d\.\d{3} --> .*\n.*The blue bowl\n/);
  await host.getByRole('button', { name: 'Close' }).click();

  await row.getByRole('button', { name: 'Delete Cups' }).click();
  await expect(row).toHaveCount(0);
  await host.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveCount(1);
});

test('the browser is killed in the middle of a show: the recording is there up to the last two seconds', async () => {
  const { lostMs, state, file } = await killHostAndLook(site.url, SMALL_SHOW, 4_000, folder);
  expect(state).toBe('interrupted');
  expect(lostMs).toBeLessThanOrEqual(2_000);
  expect(decodeErrors(file)).toBe('');
});

test('where the browser keeps nothing, that is said, the show goes on, and the library says so as well', async ({
  browser,
}) => {
  const { page: host, link } = await goLive(browser, site.url, SMALL_SHOW, PHONE, (context) =>
    // As browsers do that keep nothing for a site: what they have of a database throws when it is asked for.
    context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
    }),
  );
  await expect(host.getByText('This browser keeps no recordings')).toBeVisible();
  const viewer = await watch(browser, link);
  await firstPicture(viewer);
  await until(viewer, ({ media }) => media.framesShown > 30);
  expect((await until(host, () => true)).state).toBe('live');
  await endShow(host);
  await host.goto(`${site.url}#/recordings`);
  await expect(host.getByText('This browser keeps no recordings')).toBeVisible();
});
