import { expect, type Page, test } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';
import type { PlayerFixture } from './fixtures/player.ts';
import { ALONE } from './show-test.ts';

declare global {
  var fixture: PlayerFixture;
}

let server: FixtureServer;
test.beforeAll(async () => {
  server = await startFixtureServer(['mediabunny']);
});
test.afterAll(() => server.close());

/** Anything thrown and not caught in the page fails the test. */
const crashes: Error[] = [];

test.beforeEach(async ({ page }) => {
  crashes.length = 0;
  page.on('pageerror', (error) => crashes.push(error));
  await page.goto(`${server.url}player.html`);
  await page.waitForFunction(() => 'fixture' in globalThis);
});
test.afterEach(() => expect(crashes).toEqual([]));

const stats = (page: Page) => page.evaluate(() => fixture.stats());

/** Waits until that many more frames were shown. */
async function watch(page: Page, frames: number): Promise<void> {
  const { framesShown } = await stats(page);
  await expect
    .poll(async () => (await stats(page)).framesShown, { timeout: 30_000 })
    .toBeGreaterThan(framesShown + frames);
}

/** Waits until the player has said so, after what it had said before. */
const expectEvent = (page: Page, type: string, after: number) =>
  expect.poll(() => page.evaluate((from) => fixture.events().slice(from), after), { timeout: 15_000 }).toContain(type);

test('plays the show near its live edge and tells how it goes', async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 150);

  // Two clocks that know nothing of each other: the media timeline, and the time drawn into the picture.
  await expect
    .poll(async () => {
      const [latencyMs, ageMs] = await page.evaluate(() => [fixture.stats().latencyMs, fixture.pictureAgeMs()]);
      return Math.abs((latencyMs ?? NaN) - (ageMs ?? NaN));
    })
    .toBeLessThan(150);
  await expect.poll(async () => (await stats(page)).latencyMs).toBeLessThan(1_000);

  const media = await stats(page);
  expect(media.latencyMs).toBeGreaterThan(100);
  expect([media.width, media.height]).toEqual([640, 360]);
  expect(media.bufferedMs).toBeLessThan(1_500);
  expect(media.bitsPerSecond).toBeGreaterThan(100_000);
  expect(media.bitsPerSecond).toBeLessThan(2_000_000);
  expect(media.firstFrameMs).toBeGreaterThan(0);
  expect(await page.evaluate(() => fixture.events()[0])).toBe('playing');
});

test('goes on past a chunk that is late, with a moment of silence', { tag: ALONE }, async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 50);
  // A machine that stands still itself may stall; one hole that is covered without a stall shows that holes are.
  await expect(async () => {
    const before = await stats(page);
    await page.evaluate(() => fixture.setFate('delay'));
    await watch(page, 25);
    const after = await stats(page);
    expect(after.silencedMs).toBeGreaterThan(before.silencedMs);
    expect(after.stalledMs).toBe(before.stalledMs);
  }).toPass({ timeout: 30_000 });
});

test('stands still in a gap, counts it, and goes on at the next key chunk', async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 50);
  const before = await stats(page);
  const said = await page.evaluate(() => {
    fixture.setFate('lose');
    return fixture.events().length;
  });
  await expectEvent(page, 'stalled', said);
  await expect.poll(async () => (await stats(page)).stalledMs).toBeGreaterThan(before.stalledMs + 300);

  const gapAtS = await page.evaluate(() => {
    fixture.setFate('deliver');
    return fixture.ranges().at(-1)?.[1] ?? 0;
  });
  await watch(page, 25);
  const after = await page.evaluate(() => ({ events: fixture.events(), currentTime: fixture.currentTime() }));
  expect(after.currentTime).toBeGreaterThan(gapAtS + 0.3);
  expect(after.events.slice(said)).toContain('playing');
  expect((await stats(page)).stalls).toBeGreaterThan(before.stalls);
});

test('carries on when the host comes back in another epoch', async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 25);
  const before = await page.evaluate(async () => {
    await fixture.stop();
    await fixture.start();
    return fixture.currentTime();
  });
  await watch(page, 75);
  expect(await page.evaluate(() => fixture.currentTime())).toBeGreaterThan(before);
  await expect.poll(async () => (await stats(page)).latencyMs).toBeLessThan(1_000);
  await expect
    .poll(async () => {
      const [latencyMs, ageMs] = await page.evaluate(() => [fixture.stats().latencyMs, fixture.pictureAgeMs()]);
      return Math.abs((latencyMs ?? NaN) - (ageMs ?? NaN));
    })
    .toBeLessThan(150);
});

test('survives a damaged chunk with the last picture on the stage', async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 25);
  expect(await page.evaluate(() => fixture.poster())).toBe('');
  await page.evaluate(() => fixture.setFate('damage'));
  await expect.poll(() => page.evaluate(() => fixture.poster())).toContain('data:image/jpeg');
  await watch(page, 50);
  expect(await page.evaluate(() => fixture.events())).not.toContain('cannot-play');
});

test('holds no more of a long show than of a short one', async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 50);
  await page.evaluate(async () => {
    await fixture.stop();
    await fixture.replay(30);
  });
  const ranges = await page.evaluate(() => fixture.ranges());
  const start = ranges[0]?.[0] ?? 0;
  const end = ranges.at(-1)?.[1] ?? 0;
  expect(end).toBeGreaterThan(60);
  expect(end - start).toBeLessThan(30);
});

test('leaves the last picture and stops counting when it is closed', async ({ page }) => {
  await page.evaluate(() => fixture.start());
  await watch(page, 25);
  await page.evaluate(() => fixture.close());
  expect(await page.evaluate(() => [fixture.hasSource(), fixture.poster().slice(0, 15)])).toEqual([
    false,
    'data:image/jpeg',
  ]);
  const closed = await stats(page);
  await page.waitForFunction((since) => performance.now() > since + 300, await page.evaluate(() => performance.now()));
  const later = await stats(page);
  expect([later.stalledMs, later.framesShown]).toEqual([closed.stalledMs, closed.framesShown]);
});

test('says so when this browser has no decoder', async ({ page }) => {
  expect(
    await page.evaluate(() => [
      fixture.canPlay(''),
      fixture.canPlay('avc1.42e01f,opus'),
      fixture.canPlay('none.such"'),
    ]),
  ).toEqual([true, true, false]);
  await page.evaluate(() => {
    for (let sequence = 0; sequence < 3; sequence++) {
      fixture.push({
        kind: 'key',
        captureMs: sequence * 100,
        durationMs: 100,
        codecs: 'none.such',
        bytes: new Uint8Array(8),
        epochS: 1_700_000_000,
        sequence,
      });
    }
  });
  await expect.poll(() => page.evaluate(() => fixture.events())).toEqual(['cannot-play']);
});
