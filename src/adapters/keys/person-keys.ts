import { PUBLIC_KEY_BYTES } from '../../core/identity.ts';
import type { OwnPerson } from '../../app/room-view.ts';
import { type Database, withDatabase } from './show-database.ts';
import { newPortableKey, newShowKey, type ShowKey, signerOf } from './show-key.ts';
import { canSign } from './show-keys.ts';
import { fieldsOf, isBytes, parseMaterial } from './stored-show.ts';

/** The one record of its store. */
const ME = 'me';
/** Longest name that is read back, UTF-16 units: twice what a room takes. */
const MAX_STORED_NAME = 128;

interface StoredPerson extends ShowKey {
  readonly id: typeof ME;
  readonly name: string;
}

/** Reads what came out of the database; null when it is damaged. Never throws. */
function parseStoredPerson(value: unknown): StoredPerson | null {
  const { publicKey, material: stored, name } = fieldsOf(value);
  const material = parseMaterial(stored);
  if (material === null || !isBytes(publicKey, PUBLIC_KEY_BYTES) || typeof name !== 'string') return null;
  return name.length > MAX_STORED_NAME ? null : { id: ME, publicKey, material, name };
}

/**
 * Whoever sits at this device: a key and a name, the same in all shows and tabs. Kept in IndexedDB; where that doesn't
 * work they last as long as the page. Never rejects.
 * @param show the key to sign with in the place of one's own: a host speaks as the show
 */
export async function ownPerson(show?: OwnPerson['signer']): Promise<OwnPerson> {
  let stored: StoredPerson;
  try {
    stored = await withDatabase(storedPerson);
  } catch {
    stored = { ...(await newShowKey()), id: ME, name: '' }; // blocked, broken or full: people must be able to talk
  }
  return {
    signer: show ?? signerOf(stored),
    name: stored.name,
    rename: async (name) => {
      try {
        await withDatabase((database) => storeName(database, name));
      } catch {
        // The name then lasts as long as the page.
      }
    },
  };
}

/** Changes the name of the record that is there, and nothing else: its key may be another tab's, or better than this page's. */
async function storeName(database: Database, name: string): Promise<void> {
  const transaction = database.transaction('person', 'readwrite');
  const record = await transaction.store.get(ME);
  if (record) await transaction.store.put({ ...record, name });
  await transaction.done;
}

/** @throws Error when no key survives being stored */
async function storedPerson(database: Database): Promise<StoredPerson> {
  const found = parseStoredPerson(await database.get('person', ME));
  if (found && (await canSign(found))) return found;
  try {
    return await claim(database, await newShowKey(), found);
  } catch {
    return claim(database, await newPortableKey(), found); // some browsers can't store keys of their own
  }
}

/**
 * Stores a key unless another tab was quicker, whose key it then is. One transaction, so the tabs agree.
 * @param unusable what was found there before
 */
async function claim(database: Database, key: ShowKey, unusable: StoredPerson | null): Promise<StoredPerson> {
  const transaction = database.transaction('person', 'readwrite');
  const theirs = parseStoredPerson(await transaction.store.get(ME));
  const isTheirs = theirs !== null && theirs.publicKey.join() !== unusable?.publicKey.join();
  if (!isTheirs) await transaction.store.put({ ...key, id: ME, name: unusable?.name ?? '' });
  await transaction.done;
  const stored = parseStoredPerson(await database.get('person', ME));
  if (!stored || !(await canSign(stored))) throw new Error('The key did not survive being stored');
  return stored;
}
