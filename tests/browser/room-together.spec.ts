import { expect, type Page } from '@playwright/test';
import { noFindings } from '../support/axe.ts';
import { inRoom, say, texts } from '../support/room.ts';
import { firstPicture, openPage, snapshot, watch, watchLink } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A photo of a bowl, larger than a card and than what an entry holds, made in the page. */
async function photo(page: Page): Promise<Buffer> {
  const data = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [800, 600];
    const pen = canvas.getContext('2d');
    for (let at = 0; pen && at < 600; at++) {
      pen.fillStyle = `hsl(${(at * 37) % 360} 60% ${(at * 13) % 100}%)`;
      pen.fillRect((at * 89) % 800, (at * 53) % 600, 60, 60);
    }
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  });
  return Buffer.from(data, 'base64');
}

test('people meet before the show; product, questions, poll and people let in are the same on all pages', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const host = await openPage(browser, `${site.url}#/studio?lang=en&height=180&bitrate=300&uplink=3&source=test`);
  const link = await watchLink(host);
  const [anna, bruno] = [await watch(browser, link), await watch(browser, link)];
  const viewers = [anna, bruno];
  await Promise.all([host, ...viewers].map(inRoom));

  // The waiting room.
  for (const page of viewers) {
    await expect(page.getByTestId('stream-status')).toHaveAttribute('data-state', 'waiting');
    await expect(page.getByTestId('stream-status')).toContainText('It starts soon');
  }
  await expect(host.getByTestId('waiting-count')).toHaveText('2 people are waiting for you.');
  // Now, if she has her name before her page is up to date with the room, else when she comes back.
  const isTold = bruno.getByText('Anna joined').waitFor({ timeout: 60_000 });
  await say(anna, 'I am early', 'Anna');
  await say(bruno, 'so am I', 'Bruno');
  for (const page of [host, ...viewers]) await expect.poll(() => texts(page)).toEqual(['I am early', 'so am I']);
  await noFindings(host, ['light']);
  await anna.reload();
  await inRoom(anna);
  await isTold;

  await host.getByRole('button', { name: 'Go live', exact: true }).click();
  await Promise.all(viewers.map((page) => firstPicture(page)));
  expect(await texts(anna)).toEqual(['I am early', 'so am I']);

  // The product, whose picture goes with the entries of the room and nowhere else.
  const asked: string[] = [];
  anna.on('request', (request) => asked.push(request.url()));
  await tab(host, 'Product');
  const picture = { name: 'bowl.png', mimeType: 'image/png', buffer: await photo(host) };
  await host.getByTestId('product-picture').setInputFiles(picture);
  await expect(host.getByAltText('The picture on the card')).toBeVisible();
  await host.getByLabel('Name', { exact: true }).fill('Blue bowl');
  await host.getByLabel('Price').fill('€ 48');
  await host.getByLabel('Link to it').fill('javascript:alert(1)');
  await button(host, 'Show it to everybody').click();
  await expect(host.getByRole('alert').filter({ hasText: 'https://' })).toBeVisible();
  await host.getByLabel('Link to it').fill('example.org/bowl');
  await button(host, 'Show it to everybody').click();
  const card = anna.getByTestId('product-card').filter({ visible: true });
  await expect(card).toContainText('€ 48');
  await expect(card.getByRole('link')).toHaveAttribute('href', 'https://example.org/bowl');
  const seen = card.locator('img');
  await expect.poll(() => seen.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(90);
  expect(asked.filter((url) => !url.startsWith('blob:'))).toEqual([]);
  await noFindings(host, ['dark']);
  await bruno.setViewportSize({ width: 1280, height: 800 });
  const below = bruno.getByTestId('product-card').filter({ visible: true });
  const [stage, under] = await Promise.all([bruno.getByTestId('stage').boundingBox(), below.boundingBox()]);
  expect((under?.y ?? 0) - (stage?.y ?? 0)).toBeGreaterThanOrEqual(stage?.height ?? Infinity);

  // Questions, by keyboard where the host has one.
  await tab(anna, 'Questions');
  await anna.getByTestId('question-input').fill('How hot is the kiln?');
  await anna.getByTestId('question-input').press('Enter');
  await tab(bruno, 'Questions');
  await bruno.getByTestId('question-input').fill('Do you ship?');
  await bruno.getByTestId('question-input').press('Enter');
  await button(anna, /I want to know that, too: Do you ship/).click();
  await host.getByRole('tab', { name: 'Product' }).focus();
  await host.keyboard.press('2');
  await expect(host.getByTestId('question').first()).toContainText('Do you ship?');
  await host.keyboard.press('n');
  for (const page of viewers) await expect(page.getByTestId('question-on-air')).toContainText('Do you ship?');
  await noFindings(host, ['light']);
  await noFindings(anna, ['dark']);
  await host.getByTestId('question-on-air').getByRole('button', { name: 'Tick it off' }).click();
  for (const page of viewers) await expect(page.getByTestId('question-on-air')).toBeHidden();
  await expect(anna.getByTestId('question').last()).toContainText('Answered');
  await host.getByRole('tab', { name: 'Questions' }).focus();
  await host.keyboard.press('s');
  await expect(card).toContainText('Sold out');
  await host.keyboard.press('?');
  await expect(host.getByRole('dialog', { name: 'Shortcuts' })).toBeVisible();
  await host.keyboard.press('Escape');

  // A poll.
  await tab(host, 'Poll');
  await host.getByLabel('What do you want to know?').fill('Which glaze?');
  await host.getByLabel('Answer 1').fill('Celadon');
  await host.getByLabel('Answer 2').fill('Tenmoku');
  await button(host, 'Ask everybody').click();
  for (const page of viewers) await tab(page, 'Chat');
  await button(anna, /Celadon/).click();
  await button(bruno, /Celadon/).click();
  await expect(button(host, /Celadon/)).toContainText('100 %');
  await button(bruno, /Tenmoku/).click();
  for (const page of [host, anna]) await expect(button(page, /Celadon/)).toContainText('50 %');
  await noFindings(anna, ['light']);
  await button(host, 'Close the poll').click();
  await expect(button(anna, /Tenmoku/)).toBeDisabled();

  // Only people whom the host knows.
  await button(host, 'Rules of the chat').click();
  await host.getByRole('switch', { name: 'Only people I know may write' }).click();
  await expect(bruno.getByTestId('chat-input')).toBeDisabled();
  await button(bruno, 'Ask to be let in').click();
  await button(host, 'Let in')
    .filter({ hasText: /^\s*Let in\s*$/ })
    .click();
  await expect(bruno.getByTestId('chat-input')).toBeEnabled();
  await expect(anna.getByTestId('chat-input')).toBeDisabled();
  await noFindings(host, ['dark']);
  await host.keyboard.press('Escape');
  await say(bruno, 'thank you');
  await expect.poll(() => texts(anna)).toContain('thank you');
  expect((await snapshot(host)).room.rejected).toBe(0);
});
