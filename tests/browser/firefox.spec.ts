import { expect } from '@playwright/test';
import { Apart } from '../support/apart.ts';
import { listenIn, loudness } from '../support/ear.ts';
import { findFirefox, Firefox } from '../support/firefox.ts';
import { say, texts } from '../support/room.ts';
import { firstPicture, goLive, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { canMakeSoundDevice, SoundDevice } from '../support/sound-device.ts';
import { ALONE, test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300';
const path = findFirefox();
let site: RunningSite;
let sound: SoundDevice | null = null;
let firefox: Firefox;

test.skip(path === null, 'needs Firefox (Debian: firefox-esr)');

test.beforeAll(async () => {
  site = await startSite();
  if (canMakeSoundDevice()) sound = await SoundDevice.open();
});

test.afterAll(async () => {
  await sound?.close();
  await site.stop();
});

test.beforeEach(async () => {
  firefox = await Firefox.start(path ?? '', sound?.env);
});

test.afterEach(async () => {
  await firefox.close();
});

test('Firefox sees the show, passes it on to Chromium, and talks', async ({ browser }) => {
  const nat = new Apart();
  const { page: host, link } = await goLive(browser, site.url, SHOW, undefined, nat.unreachable);
  await firefox.goto(`${link}?lang=en`);
  await expect.poll(async () => (await firefox.snapshot())?.media.framesShown, { timeout: 20_000 }).toBeGreaterThan(60);
  // The host can't be reached from there: all that comes is from Firefox.
  const viewer = await watch(browser, link, '', nat.outside);
  await firstPicture(viewer, 20_000);
  await until(viewer, ({ media }) => media.framesShown > 60, 20_000);
  expect((await snapshot(viewer)).mesh.depth).toBeGreaterThanOrEqual(2);
  expect((await firefox.snapshot())?.mesh.mediaBytesSent).toBeGreaterThan(50_000);

  await firefox.tap('[data-testid=chat-name]');
  await firefox.type('Ada');
  await firefox.tap('[data-testid=chat-input]');
  await firefox.type('from Firefox\uE007'); // Enter
  await expect.poll(() => texts(host), { timeout: 15_000 }).toContain('from Firefox');
  await say(host, 'to Firefox', 'Maria');
  const shown = () =>
    firefox.evaluate<string>(
      `[...document.querySelectorAll('[data-testid=chat-message]')].map((one) => one.textContent).join()`,
    );
  await expect.poll(shown, { timeout: 15_000 }).toContain('to Firefox');
});

test('Firefox hosts, and Chromium sees and hears it', { tag: ALONE }, async ({ browser }) => {
  await firefox.goto(`${site.url}#/studio?lang=en&source=test&${SHOW}`);
  await expect.poll(() => firefox.evaluate('document.querySelector("[data-testid=watch-link]") !== null')).toBe(true);
  await expect.poll(() => firefox.snapshot().then((seen) => seen?.state)).toBe('ready');
  await firefox.tap('Go live');
  await expect.poll(() => firefox.snapshot().then((seen) => seen?.state), { timeout: 20_000 }).toBe('live');
  const link = await firefox.evaluate<string>(
    'document.querySelector("[data-testid=watch-link]").getAttribute("href")',
  );
  const viewer = await watch(browser, link, '', listenIn);
  await firstPicture(viewer, 30_000);
  await until(viewer, ({ media }) => media.framesShown > 40, 30_000);
  await viewer.getByRole('button', { name: 'Unmute' }).click();
  // Without a sound device Firefox makes none, and the show has to go on all the same.
  if (!sound) return;
  await expect.poll(() => loudness(viewer)).toBeGreaterThan(0.01);
  // What comes after a page was busy is heard as well.
  await firefox.evaluate('(() => { for (const endMs = performance.now() + 1_000; performance.now() < endMs; ); })()');
  const { framesShown } = (await snapshot(viewer)).media;
  await until(viewer, ({ media }) => media.framesShown > framesShown + 75, 30_000);
  await expect.poll(() => loudness(viewer)).toBeGreaterThan(0.01);
});
