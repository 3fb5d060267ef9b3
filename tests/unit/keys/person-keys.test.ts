import { beforeEach, expect, it, vi } from 'vitest';
import { ownPerson } from '../../../src/adapters/keys/person-keys.ts';
import { newPortableKey } from '../../../src/adapters/keys/show-key.ts';

/** The one record; unlike IndexedDB it is read and written at once, and no transaction ever fails. */
const storage = vi.hoisted(() => ({ record: undefined as object | undefined, works: true }));

vi.mock('../../../src/adapters/keys/show-database.ts', () => {
  const get = () => Promise.resolve(storage.record);
  const put = (record: object) => Promise.resolve(void (storage.record = record));
  const database = {
    get,
    put: (_: string, record: object) => put(record),
    transaction: () => ({ store: { get, put } }),
  };
  return {
    withDatabase: (work: (opened: unknown) => Promise<unknown>) =>
      storage.works ? work(database) : Promise.reject(new Error('blocked')),
  };
});

beforeEach(() => {
  storage.record = undefined;
  storage.works = true;
});

it('a new name changes nothing but the name, whatever key this page speaks with', async () => {
  const theirs = { ...(await newPortableKey()), id: 'me', name: 'Anna' };
  storage.works = false;
  const person = await ownPerson();
  storage.works = true;
  storage.record = theirs;
  await person.rename('Bruna');
  expect(storage.record).toEqual({ ...theirs, name: 'Bruna' });
});

it('a key that was never stored is not stored with a name either', async () => {
  storage.works = false;
  const person = await ownPerson();
  storage.works = true;
  await person.rename('Bruna');
  expect(storage.record).toBeUndefined();
});

it('a name is there again on the next page', async () => {
  await (await ownPerson()).rename('Anna');
  expect((await ownPerson()).name).toBe('Anna');
});
