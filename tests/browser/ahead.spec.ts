import { expect, type Page, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { noFindings } from '../support/axe.ts';
import { type RunningSite, startSite } from '../support/site.ts';

let site: RunningSite;
test.beforeAll(async () => {
  site = await startSite();
});
test.afterAll(() => site.stop());

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A studio with its link, not yet live. */
async function openStudio(page: Page): Promise<void> {
  await page.goto(`${site.url}#/studio?source=test&height=240&bitrate=300`);
  await expect(page.getByTestId('watch-link')).toBeVisible();
}

const linkOf = (page: Page) => page.getByTestId('watch-link').innerText();

test('a show is announced in its link, counted down to, starts by itself, and leads to the shop', async ({
  page,
  context,
}) => {
  await openStudio(page);
  await button(page, 'Announce it').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Put it into the link' }).click();
  await expect(dialog.getByRole('alert')).toContainText('title or a time');
  await dialog.getByLabel('Title').fill('Spoons, from the tree');
  const soon = new Date(Date.now() + 2 * 3_600_000);
  const local = new Date(soon.getTime() - soon.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  await dialog.getByLabel('When it begins').fill(local);
  await dialog.getByLabel('Your shop').fill('https://example.org/spoons');
  await dialog.getByRole('button', { name: 'Put it into the link' }).click();
  await expect(page.getByTestId('own-plan')).toContainText('Spoons, from the tree');
  await page.reload();
  await expect(page.getByTestId('own-plan')).toContainText('Spoons, from the tree');

  const viewer = await context.newPage();
  await viewer.goto(await linkOf(page));
  const announcement = viewer.getByTestId('announcement');
  await expect(announcement.getByRole('heading')).toHaveText('Spoons, from the tree');
  await expect(viewer.getByTestId('countdown')).toHaveText(/^Starts in [12]:\d\d:\d\d$/);
  await expect(viewer.getByTestId('chat-input')).toBeVisible();
  await noFindings(viewer);
  const download = viewer.waitForEvent('download');
  await announcement.getByRole('button', { name: 'Add to calendar' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  expect(file).toContain('SUMMARY:Spoons\\, from the tree\r\n');
  expect(file).toContain(`DTSTART:${soon.toISOString().slice(0, 16).replace(/[-:]/g, '')}00Z\r\n`);

  await button(page, 'Go live').click();
  await expect(viewer.getByTestId('stream-status')).toHaveAttribute('data-state', 'live');
  await expect(announcement).toBeHidden();
  const home = await context.newPage();
  await home.goto(site.url);
  const listed = home.getByRole('link', { name: 'Spoons, from the tree' });
  await expect(listed).toHaveAttribute(
    'href',
    (await linkOf(page)).replace(/\?.*/, '?title=Spoons%2C%20from%20the%20tree'),
  );
  await noFindings(home);
  await button(page, 'End show').click();
  await button(page, 'Yes, end the show').click();
  await expect(listed).toBeHidden();
  await expect(announcement.getByRole('link')).toHaveAttribute('href', 'https://example.org/spoons');
});

test('a show plays inside another page, and fills its frame', async ({ page, context }) => {
  await openStudio(page);
  await button(page, 'Go live').click();
  await expect(page.getByTestId('live-badge')).toBeVisible();
  await button(page, 'On your own web site').click();
  const code = await page.getByTestId('embed-code').innerText();

  const other = await context.newPage();
  await other.setContent(`<body style="margin: 0; width: 480px">${code}</body>`);
  const frame = other.frameLocator('iframe');
  await expect(frame.getByTestId('stream-status')).toHaveAttribute('data-state', 'live');
  const box = await frame.getByTestId('stage').boundingBox();
  expect(box).toMatchObject({ x: 0, y: 0, width: 480, height: 270 });
  await expect(frame.getByRole('link', { name: /Open the show/ })).toHaveAttribute('href', /#\/watch\/[0-9a-z]{26}$/);
});
