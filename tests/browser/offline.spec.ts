import { expect, type Page, test } from '@playwright/test';
import express from 'express';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, startSite } from '../support/site.ts';

test.use({ serviceWorkers: 'allow' });

const goLive = (page: Page) => page.getByRole('button', { name: 'Go live', exact: true });

/** Waits until the page is served by its worker, which then has copied every file. */
const untilCopied = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const { serviceWorker } = navigator;
        if (serviceWorker.controller) resolve();
        else serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
      }),
  );

test('the app, once opened, starts and rehearses while its site is gone', async ({ page }) => {
  const site = await startSite();
  await page.goto(site.url);
  await untilCopied(page);
  await site.stop();
  await page.reload();
  await expect(goLive(page)).toBeVisible();
  await page.goto(`${site.url}#/studio?source=test&height=240`);
  await expect(goLive(page)).toBeEnabled();
  await expect(page.getByTestId('watch-link')).toBeVisible();
});

test('the app can be installed', async ({ page, context }) => {
  const site = await startSite();
  await page.goto(site.url);
  await untilCopied(page);
  const devTools = await context.newCDPSession(page);
  const { errors, data } = await devTools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; type: string }[] };
  for (const { src, type } of icons) {
    const answer = await page.request.get(new URL(src, site.url).href);
    expect(answer.headers()['content-type']).toContain(type);
  }
  const { installabilityErrors } = await devTools.send('Page.getInstallabilityErrors');
  // A test's window is a private one, which is the only thing in the way.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  await site.stop();
});

test('a page that is open goes on with its version when a newer one arrives, and the next page is the newer one', async ({
  page,
}) => {
  const dist = await mkdtemp(join(tmpdir(), 'passaparola-'));
  await cp(join(ROOT, 'dist'), dist, { recursive: true });
  const host = express().use(express.static(dist)).listen(0, '127.0.0.1');
  await once(host, 'listening');
  try {
    await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
    await untilCopied(page);

    // The newer version has other words on its page, and lacks the part that this page has not asked for yet.
    const studio = (await readdir(join(dist, 'assets'))).find((name) => /^StudioDoor-.*\.js$/.test(name)) ?? '';
    await rm(join(dist, 'assets', studio));
    const index = join(dist, 'index.html');
    await writeFile(index, (await readFile(index, 'utf8')).replace('<body>', '<body data-version="newer">'));
    const worker = join(dist, 'service-worker.js');
    const code = await readFile(worker, 'utf8');
    await writeFile(worker, code.replace(/version:"|"version":"/, '$&newer-').replace(`"assets/${studio}",`, ''));
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const arrived = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      );
      await registration.update();
      await arrived;
    });

    await goLive(page).click();
    await expect(page.getByRole('heading', { name: 'Studio', level: 1 })).toBeAttached();
    await expect(page.locator('body')).not.toHaveAttribute('data-version');
    await page.goto('about:blank');
    await page.goBack();
    await page.reload();
    await expect(page.locator('body')).toHaveAttribute('data-version', 'newer');
  } finally {
    host.closeAllConnections();
    host.close();
    await rm(dist, { recursive: true });
  }
});
