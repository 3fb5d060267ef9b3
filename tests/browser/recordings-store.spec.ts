import { expect, type Page, test } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';
import type { RecordingsFixture } from './fixtures/recordings.ts';

declare global {
  var recordings: RecordingsFixture;
}

let fixtures: FixtureServer;
test.beforeAll(async () => {
  fixtures = await startFixtureServer([
    'idb',
    'mediabunny',
    '@mediabunny/aac-encoder',
    '@noble/ed25519',
    '@noble/hashes/sha2.js',
  ]);
});
test.afterAll(() => fixtures.close());

async function open(page: Page): Promise<void> {
  await page.goto(`${fixtures.url}recordings.html`);
  await page.waitForFunction(() => 'recordings' in globalThis);
}

const state = (page: Page) => page.evaluate(() => recordings.state());

test('what is recorded is there after a reload, marked as interrupted, in order, and goes on', async ({ page }) => {
  await open(page);
  await page.evaluate(async () => {
    recordings.begin();
    await recordings.feed(5);
  });
  await page.reload();
  await page.waitForFunction(() => 'recordings' in globalThis);
  const [found] = (await page.evaluate(() => recordings.list())).recordings;
  expect(found).toMatchObject({ state: 'interrupted', peakViewers: 7 });
  expect(found?.durationMs).toBeGreaterThan(4_900);
  const { count, isOrdered } = await page.evaluate(() => recordings.chunks(1_000, 3_000));
  expect(isOrdered).toBe(true);
  expect(count).toBeGreaterThan(20);

  await page.evaluate(async () => {
    recordings.begin();
    await recordings.feed(2);
    await recordings.end();
  });
  const [whole, ...others] = (await page.evaluate(() => recordings.list())).recordings;
  expect(others).toEqual([]);
  expect(whole).toMatchObject({ id: found?.id, state: 'ended' });
  expect(whole?.durationMs).toBeGreaterThan(6_800);
});

test('two tabs record the same show: each keeps a recording of its own, and the second is told', async ({
  context,
}) => {
  const [one, other] = [await context.newPage(), await context.newPage()];
  await Promise.all([open(one), open(other)]);
  for (const page of [one, other]) {
    await page.evaluate(async () => {
      recordings.begin();
      await recordings.feed(1);
    });
  }
  await one.evaluate(() => recordings.feed(1));
  expect((await state(one)).problems).toEqual([]);
  expect((await state(other)).problems).toEqual(['recording-elsewhere']);
  const both = (await one.evaluate(() => recordings.list())).recordings;
  expect(both.map((recording) => recording.state)).toEqual(['live', 'live']);
});

test('damage is found where it is, and everything else stays', async ({ page }) => {
  await open(page);
  await page.evaluate(async () => {
    recordings.begin();
    await recordings.feed(4);
    await recordings.end();
    await recordings.damage('groups');
  });
  const { count } = await page.evaluate(() => recordings.chunks(0, Number.POSITIVE_INFINITY));
  expect(count).toBeGreaterThan(25);
  await page.evaluate(() => recordings.damage('recordings'));
  expect(await page.evaluate(() => recordings.list())).toEqual({ recordings: [], damaged: 1 });
});

test('a wiped database and a newer schema end the recording and are said', async ({ page, context }) => {
  await open(page);
  const other = await context.newPage();
  await open(other);
  await page.evaluate(async () => {
    recordings.begin();
    await recordings.feed(1);
  });
  await other.evaluate(() => recordings.wipe());
  await page.evaluate(() => recordings.feed(1));
  expect(await state(page)).toMatchObject({ isRunning: false, problems: ['recording-lost'] });

  await page.evaluate(async () => {
    recordings.begin();
    await recordings.feed(1);
  });
  await other.evaluate(() => recordings.raise());
  await page.evaluate(() => recordings.feed(1));
  const { problems, isRunning } = await state(page);
  expect([isRunning, problems.at(-1)]).toEqual([false, 'recordings-newer']);
});

test('a full disk ends the recording and is said; what was written is safe', async ({ page }) => {
  await open(page);
  const devTools = await page.context().newCDPSession(page);
  const { origin } = new URL(fixtures.url);
  await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
  await page.evaluate(() => recordings.begin());
  const isRunning = () => page.evaluate(() => recordings.feed(10).then(() => recordings.state().isRunning));
  await expect.poll(isRunning, { timeout: 20_000 }).toBe(false);
  expect((await state(page)).problems.at(-1)).toBe('recording-full');
  const [kept] = (await page.evaluate(() => recordings.list())).recordings;
  expect(kept?.durationMs).toBeGreaterThan(900);
});
