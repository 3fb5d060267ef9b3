import { expect } from '@playwright/test';
import { measureLocalNetwork } from '../bench/lan.ts';
import { noFindings } from '../support/axe.ts';
import { openLocalNetwork, whyNoNamespaces } from '../support/namespaces.ts';
import { firstPicture, openPage, PATIENCE } from '../support/show.ts';
import { startSiteIn } from '../support/site.ts';
import { ALONE, test } from './show-test.ts';

const why = whyNoNamespaces();
test.skip(why !== null, why ?? '');

for (const multicast of [true, false]) {
  const wifi = multicast ? 'a Wi-Fi' : 'a Wi-Fi that blocks multicast';
  test(`six devices on ${wifi}, with no way out, see the show, feed each other, and talk`, { tag: ALONE }, async () => {
    for (const { name, value, unit, bar, holds } of await measureLocalNetwork({ multicast, isolated: false })) {
      // Of a machine that others use as well only the times are asked for less strictly.
      const isLate = unit === 'ms' && bar !== null && value > bar * PATIENCE;
      expect(unit === 'ms' ? !isLate : holds, `${name}: ${value} ${unit}`).toBe(true);
    }
  });
}

test('a phone goes live from the encrypted page, to which the other one leads, and nobody who watches is warned', async () => {
  const network = openLocalNetwork(3, { multicast: true, isolated: false });
  const [laptop, phone, other] = network.devices;
  if (!laptop || !phone || !other) throw new Error('a network without devices');
  const site = await startSiteIn(laptop.enter, '--https');
  const [phoneBrowser, otherBrowser] = await Promise.all([phone.launch(), other.launch()]);
  try {
    const { port } = new URL(site.url);
    const address = `http://${laptop.address}:${port}/`;
    // What a person does at the browser's own warning can't be tapped here: it is told that they went on.
    const context = await phoneBrowser.newContext({ ignoreHTTPSErrors: true });
    const host = await context.newPage();
    await host.goto(`${address}#/studio?lang=en&source=test&height=180&bitrate=300`);
    await expect(host.getByText('Tap “Advanced”.')).toBeVisible();
    await expect(host.getByText(`Tap “Proceed to ${laptop.address} (unsafe)”.`)).toBeVisible();
    await host.getByLabel('My browser').selectOption('safari');
    await expect(host.getByText('Tap “Show Details”.')).toBeVisible();
    await noFindings(host);
    await host.getByRole('link', { name: 'Open the encrypted page' }).click();
    await host.getByRole('button', { name: 'Go live', exact: true }).click();
    await host.getByTestId('live-badge').waitFor();
    const link = host.getByTestId('watch-link');
    await expect(link).toContainText(`${address}#/watch/`);
    const viewer = await openPage(otherBrowser, await link.innerText());
    await firstPicture(viewer);
  } finally {
    await Promise.all([phoneBrowser.close(), otherBrowser.close()]);
    await site.stop();
    await network.close();
  }
});
