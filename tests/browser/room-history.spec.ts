import { expect, test } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';
import { ALONE } from './show-test.ts';

const PACKAGES = ['simple-peer/simplepeer.min.js', 'yjs', 'y-webrtc', 'lib0/encoding', 'lib0/decoding', 'lib0/string'];
let fixtures: FixtureServer;

test.beforeAll(async () => {
  fixtures = await startFixtureServer([...PACKAGES, '@noble/ed25519', '@noble/hashes/sha2.js']);
});

test.afterAll(() => fixtures.close());

for (const { portable, count, mostMs } of [
  { portable: false, count: 5_000, mostMs: 2_000 },
  { portable: true, count: 500, mostMs: 3_000 },
]) {
  const how = portable ? 'without native cryptography' : 'with native cryptography';
  test(
    `a latecomer gets ${count} messages ${how}, and the page never stands still`,
    { tag: ALONE },
    async ({ page }) => {
      page.on('pageerror', (error) => expect.soft(error, 'thrown in the page').toBeUndefined());
      await page.goto(`${fixtures.url}room-history.html`);
      await page.waitForFunction(() => 'roomHistory' in globalThis);
      const { ms, longestMs, messages } = await page.evaluate(([most, slow]) => roomHistory.catchUp(most, slow), [
        count,
        portable,
      ] as const);
      console.log(`${count} messages ${how}: ${Math.round(ms)} ms, longest standstill ${Math.round(longestMs)} ms`);
      expect(messages).toBe(count);
      expect(ms).toBeLessThan(mostMs);
      expect(longestMs).toBeLessThan(300);
    },
  );
}
