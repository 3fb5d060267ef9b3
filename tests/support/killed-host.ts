import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { BROWSER_SWITCHES, findBrowser } from './browser.ts';
import { until } from './show.ts';

/** A browser with a profile of its own, which the next one finds as this one leaves it. */
export interface ProfileBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** All of it at once, as when the power fails. */
  kill(): Promise<void>;
}

/** Starts one. @throws Error when the profile is in use */
export async function openProfile(profile: string): Promise<ProfileBrowser> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: BROWSER_SWITCHES,
    acceptDownloads: true,
  });
  const devTools = await context.browser()?.newBrowserCDPSession();
  const processes = await devTools?.send('SystemInfo.getProcessInfo');
  const browserProcess = processes?.processInfo.find(({ type }) => type === 'browser')?.id;
  if (browserProcess === undefined) throw new Error('the browser does not say which process it is');
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    kill: async () => {
      const gone = new Promise((resolve) => context.once('close', resolve));
      process.kill(browserProcess, 'SIGKILL');
      await gone;
    },
  };
}

/** What is left of a show whose browser was killed. */
export interface Remains {
  /** From the end of the recording to the moment of the kill, ms. */
  readonly lostMs: number;
  readonly state: string | null;
  /** The recording, downloaded. */
  readonly file: string;
}

/**
 * Goes live in a browser with a profile of its own, kills all of it at once, and looks at the recording in a new one.
 * @param afterMs how much is recorded before
 * @param folder for the profile and the file
 */
export async function killHostAndLook(
  site: string,
  settings: string,
  afterMs: number,
  folder: string,
): Promise<Remains> {
  const profile = mkdtempSync(join(folder, 'profile-'));
  const first = await openProfile(profile);
  await first.page.goto(`${site}#/studio?lang=en&source=test&${settings}`);
  await first.page.getByRole('button', { name: 'Go live', exact: true }).click();
  const seen = await until(first.page, ({ recording }) => (recording?.durationMs ?? 0) >= afterMs, 30_000);
  await first.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000)));
  const killedMs = Date.now();
  await first.kill();

  const { context, page } = await openProfile(profile);
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
  await page.goto(`${site}#/recordings?lang=en`);
  const row = page.getByTestId('recording-row');
  await row.waitFor();
  const state = await row.getAttribute('data-state');
  const { startedMs, durationMs } = await storedTimes(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-recording').click()]);
  const file = join(folder, `${seen.recording?.id ?? 'killed'}.mp4`);
  await download.saveAs(file);
  await context.close();
  rmSync(profile, { recursive: true, force: true });
  return { lostMs: killedMs - startedMs - durationMs, state, file };
}

/** When the recording began and how long it is, as the database has it. */
export function storedTimes(page: Page): Promise<{ startedMs: number; durationMs: number }> {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('passaparola-recordings');
        opening.onerror = () => reject(new Error('the recordings do not open'));
        opening.onsuccess = () => {
          const all = opening.result.transaction('recordings').objectStore('recordings').getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve((all.result as { startedMs: number; durationMs: number }[])[0] ?? { startedMs: 0, durationMs: 0 });
          };
        };
      }),
  );
}
