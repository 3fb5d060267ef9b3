import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { gzipSync } from 'node:zlib';
import { noFindings } from '../support/axe.ts';
import { type RunningSite, startSite } from '../support/site.ts';

let site: RunningSite;
test.beforeAll(async () => {
  site = await startSite();
});
test.afterAll(() => site.stop());

const NOBODYS_SHOW = '0123456789abcdefghjkmnpq00';
const SMALL = 'height=240&bitrate=300';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const stage = (page: Page) => page.getByTestId('stage');
const status = (page: Page) => page.getByTestId('stream-status');

/** A rehearsal that is on air; resolves to its link. */
async function goLive(page: Page, settings = SMALL): Promise<string> {
  await page.goto(`${site.url}#/studio?source=test&${settings}`);
  await button(page, 'Go live').click();
  await expect(page.getByTestId('live-badge')).toBeVisible();
  return page.getByTestId('watch-link').innerText();
}

/** Follows a link until the picture runs. */
async function watch(context: BrowserContext, link: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(link);
  await expect(status(page)).toHaveAttribute('data-state', 'live');
  return page;
}

/** The share of the page that moved by itself, as browsers count it, since the page was opened. */
const shifted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!shift.hadRecentInput) sum += shift.value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 100); // what was kept comes within a turn or two
      }),
  );

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]) {
  test.describe(`at ${viewport.width} pixels`, () => {
    test.use({ viewport });

    test('nothing jumps while a page comes together', async ({ page, context }) => {
      await page.goto(`${site.url}#/?lang=it`);
      await expect(button(page, 'Vai in diretta')).toBeVisible();
      const sums = { home: await shifted(page), studio: 0, watch: 0, recordings: 0 };
      const studio = await context.newPage();
      const link = await goLive(studio);
      sums.studio = await shifted(studio);
      const viewer = await watch(context, link);
      await expect(viewer.getByTestId('chat-input')).toBeEnabled();
      sums.watch = await shifted(viewer);
      const library = await context.newPage();
      await library.goto(`${site.url}#/recordings`);
      await expect(library.getByTestId('recording-row')).toBeVisible();
      sums.recordings = await shifted(library);
      // A tenth is what counts as good. @see https://web.dev/articles/cls
      for (const [name, sum] of Object.entries(sums)) expect(sum, name).toBeLessThan(0.02);
    });
  });
}

test.describe('home', () => {
  test('is two taps away from being live', async ({ page }) => {
    await page.goto(site.url);
    await button(page, 'Go live').click();
    await button(page, 'Go live').click();
    await expect(page.getByTestId('live-badge')).toBeVisible();
    await expect(page.getByTestId('viewer-count')).toHaveText(/^0/);
  });

  test('says what is wrong with a pasted link, and follows a right one of any host', async ({ page }) => {
    await page.goto(site.url);
    const field = page.getByLabel('I have a link');
    await button(page, 'Watch').click();
    await expect(page.getByRole('alert')).toContainText('empty');
    await field.fill('https://example.org/shop');
    await field.press('Enter');
    await expect(page.getByRole('alert')).toContainText('not a link to a show');
    await expect(field).toBeFocused();
    await field.fill(`https://example.org/far/away/#/watch/${NOBODYS_SHOW}`);
    await field.press('Enter');
    await expect(page).toHaveURL(`${site.url}#/watch/${NOBODYS_SHOW}`);
    await expect(status(page)).toHaveAttribute('data-state', 'waiting');
  });
});

test.describe('addresses', () => {
  test('that lead nowhere lead home', async ({ page }) => {
    await page.goto(`${site.url}#/shop/basket`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing at this address');
    await page.getByRole('link', { name: 'To the home page' }).click();
    await expect(button(page, 'Go live')).toBeVisible();
  });

  test('with a broken link ask for it again', async ({ page }) => {
    await page.goto(`${site.url}#/watch/${NOBODYS_SHOW.slice(2)}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link leads to no show');
    await page.getByLabel('I have a link').fill(NOBODYS_SHOW);
    await button(page, 'Watch').click();
    await expect(status(page)).toBeVisible();
  });

  test('with impossible settings say so as plain text, once', async ({ page }) => {
    await page.goto(`${site.url}#/?uplink=<img src=x onerror="window.hacked=1">&lang=en`);
    const notice = page.getByText('One setting in the link was ignored');
    await expect(notice).toBeVisible();
    await expect(page.locator('img')).toHaveCount(0);
    await button(page, 'Dismiss').click();
    await expect(notice).toBeHidden();
  });

  test('choose the language, and a tap on another one is remembered', async ({ page }) => {
    await page.goto(`${site.url}#/?lang=it`);
    await expect(page.locator('html')).toHaveAttribute('lang', 'it');
    await expect(button(page, 'Vai in diretta')).toBeVisible();
    await button(page, 'English').click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await button(page, 'Italiano').click();
    await page.goto(`${site.url}#/`);
    await page.reload();
    await expect(button(page, 'Vai in diretta')).toBeVisible();
  });
});

test.describe('a code file that does not come', () => {
  // As it is when a device changes its network just then; all that a page loads can be meant, the first file too.
  test('comes when it is asked for again', async ({ page }) => {
    const brokenOff = new Set<string>();
    await page.route(/\/(assets\/|config\.json)/, async (route) => {
      const url = route.request().url();
      const isFirst = !brokenOff.has(url);
      brokenOff.add(url);
      await (isFirst ? route.abort('failed') : route.continue());
    });
    await page.goto(`${site.url}#/studio?lang=it&source=test&${SMALL}`);
    await expect(button(page, 'Vai in diretta')).toBeEnabled({ timeout: 20_000 });
    expect(brokenOff.size).toBeGreaterThan(20);
    const styles = page.locator('link[rel=stylesheet]');
    expect(await styles.evaluateAll((links: HTMLLinkElement[]) => links.filter(({ sheet }) => !sheet).length)).toBe(0);
    await button(page, 'Vai in diretta').click();
    // By the site's own broker, which only its configuration names.
    await watch(page.context(), await page.getByTestId('watch-link').innerText());
  });

  test('comes with the whole page anew where the browser keeps the failure', async ({ page }) => {
    let tries = 0;
    await page.route(/StudioDoor-.*\.js/, async (route) => {
      tries += 1;
      await (tries <= 4 ? route.abort('failed') : route.continue());
    });
    await page.goto(`${site.url}#/studio?lang=en&source=test&${SMALL}`);
    await expect(button(page, 'Go live')).toBeEnabled({ timeout: 20_000 });
    expect(tries).toBe(5);
  });

  test('leaves a line in its place', async ({ page }) => {
    await page.route(/StatsPanel-.*\.js/, (route) => route.abort());
    await page.goto(`${site.url}#/watch/${NOBODYS_SHOW}?lang=en`);
    await page.getByRole('button', { name: 'Stats' }).click();
    const sheet = page.getByRole('dialog');
    await expect(sheet.getByRole('alert')).toContainText('did not load');
    await noFindings(page);
    await page.unroute(/StatsPanel-.*\.js/);
    await sheet.getByRole('button', { name: 'Reload the page' }).click();
    await button(page, 'Stats').click();
    await expect(sheet.getByRole('button', { name: 'Copy' })).toBeVisible();
  });

  test('says so where it is the whole page', async ({ page }) => {
    await page.route(/RecordingsPage-.*\.js/, (route) => route.abort());
    await page.goto(`${site.url}#/recordings?lang=en`);
    await expect(page.getByRole('heading', { name: 'The page did not load' })).toBeVisible();
    await page.unroute(/RecordingsPage-.*\.js/);
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await expect(page.getByRole('heading', { name: 'Recordings' })).toBeVisible();
  });
});

test.describe('studio', () => {
  test('explains a refused camera and offers something else', async ({ page }) => {
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await page.goto(`${site.url}#/studio`);
    await expect(page.getByText('This page may not use the camera.')).toBeVisible();
    await expect(button(page, 'Go live')).toBeDisabled();
    await button(page, 'Rehearsal').click();
    await expect(button(page, 'Go live')).toBeEnabled();
  });

  test('asks which film to show', async ({ page }) => {
    await page.goto(`${site.url}#/studio?source=file`);
    await expect(page.getByText('Which film shall we show?')).toBeVisible();
  });

  test('goes on when a file is no video, and says so', async ({ page }) => {
    await goLive(page);
    await page
      .getByLabel('Choose a film')
      .setInputFiles({ name: 'notes.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video at all') });
    await expect(page.getByText('This browser can’t play that file.')).toBeVisible();
    await expect(page.getByTestId('live-badge')).toBeVisible();
    await expect(button(page, 'Rehearsal')).toHaveAttribute('aria-pressed', 'true');
  });

  test('copies a link without settings, and shows it as QR code', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const link = await goLive(page, `${SMALL}&lang=en&uplink=5`);
    expect(link).toMatch(new RegExp(`^${site.url}#/watch/[0-9a-z]{26}$`));
    await button(page, 'Copy link').click();
    await expect(page.getByText('Link copied.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    await button(page, 'Enlarge the QR code').click();
    await expect(page.getByRole('dialog').getByRole('img')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(button(page, 'Enlarge the QR code')).toBeFocused();
  });

  test('ends a show only after asking, and shows what it was', async ({ page }) => {
    await goLive(page);
    await button(page, 'End show').click();
    await button(page, 'Stay live').click();
    await expect(button(page, 'End show')).toBeFocused();
    await expect(page.getByTestId('live-badge')).toBeVisible();

    await page.getByRole('link', { name: /Passaparola/ }).click();
    await expect(page.getByRole('dialog', { name: 'End this show?' })).toBeVisible();
    await expect(page).toHaveURL(/#\/studio/);
    await button(page, 'Yes, end the show').click();
    await expect(page.getByText('Most viewers at once')).toBeVisible();
    await button(page, 'New show').click();
    await expect(button(page, 'Go live')).toBeEnabled();
  });

  test('asks before the tab is closed, and only while live', async ({ page }) => {
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await goLive(page);
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    await expect(button(page, 'Go live')).toBeEnabled();
    await page.reload();
    expect(asked).toHaveLength(1);
  });
});

test.describe('watching', () => {
  test('plays muted, then with sound, and nothing jumps', async ({ page, browser }) => {
    const link = await goLive(page);
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const viewer = await phone.newPage();
    await viewer.goto(link);
    const before = await stage(viewer).boundingBox();
    await expect(status(viewer)).toHaveAttribute('data-state', 'live');
    await expect.poll(() => stage(viewer).evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
    expect(await stage(viewer).boundingBox()).toEqual(before);
    expect(before).toMatchObject({ x: 0, width: 390 });

    await button(viewer, 'Unmute').click();
    await expect(stage(viewer)).toHaveJSProperty('muted', false);
    await expect(stage(viewer)).toHaveJSProperty('paused', false);
    await button(viewer, 'Mute').click();
    await expect(stage(viewer)).toHaveJSProperty('muted', true);
    await expect(page.getByTestId('viewer-count')).toHaveText('1 viewer');
    await phone.close();
  });

  test('stops passing on when asked to, and remembers it', async ({ page, context }) => {
    const viewer = await watch(context, await goLive(page));
    const relay = viewer.getByRole('switch', { name: 'Pass the show on' });
    await expect(relay).toBeChecked();
    await relay.click();
    await expect(relay).not.toBeChecked();
    await viewer.reload();
    await expect(relay).not.toBeChecked();
  });

  test('sees the end of the show', async ({ page, context }) => {
    const viewer = await watch(context, await goLive(page));
    await button(page, 'End show').click();
    await button(page, 'Yes, end the show').click();
    await expect(status(viewer)).toContainText('The show is over');
    await expect(viewer.getByTestId('live-badge')).toBeHidden();
  });

  test('shows and copies the diagnostics, and takes them away on leaving', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const viewer = await watch(context, await goLive(page));
    await button(viewer, 'Stats').click();
    await expect(viewer.getByRole('dialog')).toContainText('framesShown');
    await button(viewer, 'Copy as JSON').click();
    await expect(viewer.getByText('Copied')).toBeVisible();
    const copied = JSON.parse(await viewer.evaluate(() => navigator.clipboard.readText())) as { role: string };
    expect(copied.role).toBe('viewer');
    await button(viewer, 'Close').click();
    await viewer.getByRole('link', { name: /Passaparola/ }).click();
    await expect(button(viewer, 'Go live')).toBeVisible();
    expect(await viewer.evaluate(() => 'passaparola' in globalThis)).toBe(false);
  });

  test('says which browsers can play when this one can’t', async ({ page }) => {
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, 'MediaSource');
      Reflect.deleteProperty(globalThis, 'ManagedMediaSource');
    });
    await page.goto(`${site.url}#/watch/${NOBODYS_SHOW}`);
    await expect(status(page)).toHaveAttribute('data-state', 'blocked');
    await expect(status(page)).toContainText('Chrome, Edge, Firefox or Safari');
    await expect(page.getByTestId('chat-input')).toBeEnabled();
    await expect(page.getByRole('switch', { name: 'Pass the show on' })).toBeVisible();
  });

  test('loads at most 200 kB of JavaScript, the chat included', async ({ page }) => {
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) sizes.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(`${site.url}#/watch/${NOBODYS_SHOW}`);
    await expect(status(page)).toHaveAttribute('data-state', 'waiting');
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(10_000);
    expect(total).toBeLessThanOrEqual(200_000);
  });
});
