import { expect, type Page, test } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';

let fixtures: FixtureServer;
test.beforeAll(async () => {
  fixtures = await startFixtureServer(['idb', '@noble/ed25519', '@noble/hashes/sha2.js']);
});
test.afterAll(() => fixtures.close());

async function openFixture(page: Page): Promise<void> {
  page.on('pageerror', (error) => expect.soft(error, 'thrown in the page').toBeUndefined());
  await page.goto(`${fixtures.url}keys.html`);
  await ready(page);
}

const ready = (page: Page) => page.waitForFunction(() => 'showKeys' in globalThis);

async function reload(page: Page): Promise<void> {
  await page.reload();
  await ready(page);
}

const currentShow = (page: Page) => page.evaluate(() => showKeys.currentShow());

/** Kinds of stored keys, oldest knowledge first: what the database really holds. */
const storedKinds = (page: Page) =>
  page.evaluate(async () => {
    const records = await showKeys.alterRecords((record) => record);
    return records.map(({ material }) => {
      const { type, privateKey } = material as { type: string; privateKey?: CryptoKey };
      return { type, extractable: privateKey?.extractable };
    });
  });

test('a show keeps its id over reloads until it ends, in a key that nobody can read', async ({ page }) => {
  await openFixture(page);
  const first = await currentShow(page);
  expect(first).toMatchObject({ persistent: true, signs: true });
  expect(await currentShow(page)).toEqual(first);
  await reload(page);
  expect(await currentShow(page)).toEqual(first);
  expect(await storedKinds(page)).toEqual([{ type: 'native', extractable: false }]);

  await page.evaluate((streamId) => showKeys.endShow(streamId), first.streamId);
  const second = await currentShow(page);
  expect(second).toMatchObject({ persistent: true, signs: true });
  expect(second.streamId).not.toBe(first.streamId);
  await reload(page);
  expect(await currentShow(page)).toEqual(second);
});

test('ending a show that nobody knows changes nothing', async ({ page }) => {
  await openFixture(page);
  const show = await currentShow(page);
  await page.evaluate(() => showKeys.endShow('csm7nbfrcayqev4fr65rx7we40'));
  expect(await currentShow(page)).toEqual(show);
});

test('tabs that ask at the same moment get the same show', async ({ context }) => {
  const tabs = await Promise.all(Array.from({ length: 4 }, () => context.newPage()));
  await Promise.all(tabs.map(openFixture));
  const shows = await Promise.all(
    tabs.flatMap((tab) => [currentShow(tab), currentShow(tab)]), // twice in each, as two parts of a page might
  );
  expect(new Set(shows.map(({ streamId }) => streamId)).size).toBe(1);
  expect(shows.every(({ persistent, signs }) => persistent && signs)).toBe(true);
});

const DAMAGES = {
  'a cut public key': (record: Record<string, unknown>) => ({
    ...record,
    publicKey: (record['publicKey'] as Uint8Array).slice(1),
  }),
  'another public key': (record: Record<string, unknown>) => ({ ...record, publicKey: new Uint8Array(32) }),
  'no key': ({ streamId }: Record<string, unknown>) => ({ streamId }),
  'the secret of another key': (record: Record<string, unknown>) => ({
    ...record,
    material: { type: 'portable', secret: new Uint8Array(32).fill(7) },
  }),
} as const;
for (const [name, damage] of Object.entries(DAMAGES)) {
  test(`a record with ${name} is passed over: a new show, and that one stays`, async ({ page }) => {
    await openFixture(page);
    const before = await currentShow(page);
    await page.evaluate(
      (source) =>
        showKeys.alterRecords((0, eval)(`(${source})`) as (record: Record<string, unknown>) => Record<string, unknown>),
      damage.toString(),
    );
    await reload(page);
    const after = await currentShow(page);
    expect(after).toMatchObject({ persistent: true, signs: true });
    expect(after.streamId).not.toBe(before.streamId);
    await reload(page);
    expect(await currentShow(page)).toEqual(after);
  });
}

test('a database of another shape is survived in memory', async ({ page }) => {
  await page.route('**/keys.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>empty</title>' }),
  );
  await page.goto(`${fixtures.url}keys.html`);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const request = indexedDB.open('passaparola', 7); // a later version of the product, without our store
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
      }),
  );
  await page.unroute('**/keys.html');
  await openFixture(page);
  const show = await currentShow(page);
  expect(show).toMatchObject({ persistent: false, signs: true });
  expect(await currentShow(page)).toEqual(show);
  await page.evaluate((streamId) => showKeys.endShow(streamId), show.streamId);
  expect((await currentShow(page)).streamId).not.toBe(show.streamId);
});

for (const [name, open] of [
  ['throws', 'throw new DOMException("no", "SecurityError")'],
  ['never answers', 'return Object.assign(open.call(this, "unheard"), { addEventListener: () => undefined })'],
] as const) {
  test(`storage that ${name} leaves a show in memory`, async ({ page }) => {
    await page.addInitScript(
      `const { open } = IDBFactory.prototype; IDBFactory.prototype.open = function () { ${open} };`,
    );
    await openFixture(page);
    const show = await currentShow(page);
    expect(show).toMatchObject({ persistent: false, signs: true });
    expect(await currentShow(page)).toEqual(show);
  });
}

test('a browser that cannot store its own keys gets a portable one', async ({ page }) => {
  await page.addInitScript(`
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, ...rest) {
      if (value.material?.type === 'native') throw new DOMException('no keys here', 'DataCloneError');
      return put.call(this, value, ...rest);
    };
  `);
  await openFixture(page);
  const show = await currentShow(page);
  expect(show).toMatchObject({ persistent: true, signs: true });
  await reload(page);
  expect(await currentShow(page)).toEqual(show);
  expect(await storedKinds(page)).toEqual([{ type: 'portable', extractable: undefined }]);
});

test('a page without native cryptography signs and checks all the same', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
  await openFixture(page);
  expect(await page.evaluate(() => showKeys.isNative())).toBe(false);
  const show = await currentShow(page);
  expect(show).toMatchObject({ persistent: true, signs: true });
  await reload(page);
  expect(await currentShow(page)).toEqual(show);
});

test('a link that is over can be had again, and be left for a new one', async ({ page }) => {
  await openFixture(page);
  const channel = await currentShow(page);
  expect(await page.evaluate((id) => showKeys.otherLink(id), channel.streamId)).toBeNull();
  await page.evaluate((streamId) => showKeys.endShow(streamId), channel.streamId);

  const fresh = await currentShow(page);
  const former = await page.evaluate((id) => showKeys.otherLink(id), fresh.streamId);
  expect(former).toMatchObject({ type: 'former', streamId: channel.streamId });
  await page.evaluate((id) => showKeys.takeOther(id), fresh.streamId);
  expect(await currentShow(page)).toEqual(channel);
  await reload(page);
  expect(await currentShow(page)).toEqual(channel);

  expect(await page.evaluate((id) => showKeys.otherLink(id), channel.streamId)).toEqual({ type: 'new' });
  await page.evaluate((id) => showKeys.takeOther(id), channel.streamId);
  expect(await currentShow(page)).toEqual(fresh);
  // As long ago as it was over, not when it was left.
  expect(await page.evaluate((id) => showKeys.otherLink(id), fresh.streamId)).toEqual(former);
});
