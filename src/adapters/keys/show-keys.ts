import type { OwnShow, ShowKeys } from '../../app/own-show.ts';
import type { OtherLink } from '../../app/sessions.ts';
import { streamIdOf } from '../../core/stream-id.ts';
import { type Database, withDatabase } from './show-database.ts';
import { newPortableKey, newShowKey, type ShowKey, signerOf } from './show-key.ts';
import { parseStoredShow, type StoredShow } from './stored-show.ts';
import { createVerification, hash } from './verification.ts';

/**
 * Keeps the keys in IndexedDB, or in memory while that doesn't work.
 * @param now milliseconds since 1970
 */
export function createShowKeys(now: () => number = Date.now): ShowKeys {
  let inMemory: StoredShow | null = null;

  const newShow = (key: ShowKey): StoredShow => ({
    ...key,
    streamId: streamIdOf(key.publicKey, hash),
    createdMs: now(),
    endedMs: null,
    formerMs: null,
  });

  async function currentShow(): Promise<OwnShow> {
    if (!inMemory) {
      try {
        return hosted(await withDatabase((database) => storedShow(database, newShow)), true);
      } catch {
        inMemory = newShow(await newShowKey()); // blocked, broken or full: the show must go on
      }
    }
    return hosted(inMemory, false);
  }

  async function endShow(streamId: string): Promise<void> {
    if (inMemory?.streamId === streamId) inMemory = null;
    try {
      await withDatabase(async (database) => {
        const transaction = database.transaction('shows', 'readwrite');
        const show = await transaction.store.get(streamId);
        if (show) await transaction.store.put({ ...show, endedMs: now() });
        await transaction.done;
      });
    } catch {
      // A database that doesn't work holds no show to end.
    }
  }

  async function otherLink(streamId: string): Promise<OtherLink | null> {
    try {
      const records = await withDatabase((database) => database.getAll('shows'));
      const shows = records.map(parseStoredShow).filter((show) => show !== null);
      if (shows.some((show) => show.streamId === streamId && show.formerMs !== null)) return { type: 'new' };
      const ended = shows.flatMap((show) => (show.endedMs === null ? [] : [{ ...show, endedMs: show.endedMs }]));
      const last = ended.sort((a, b) => b.endedMs - a.endedMs)[0];
      return last ? { type: 'former', streamId: last.streamId, endedMs: last.endedMs } : null;
    } catch {
      return null;
    }
  }

  async function takeLink(other: OtherLink, streamId: string): Promise<void> {
    await withDatabase(async (database) => {
      const transaction = database.transaction('shows', 'readwrite');
      const show = parseStoredShow(await transaction.store.get(other.type === 'former' ? other.streamId : streamId));
      if (show && other.type === 'former')
        await transaction.store.put({ ...show, createdMs: now(), endedMs: null, formerMs: show.endedMs });
      else if (show) await transaction.store.put({ ...show, endedMs: show.formerMs ?? now(), formerMs: null });
      await transaction.done;
    });
  }

  return { currentShow, endShow, otherLink, takeLink };
}

const hosted = (show: StoredShow, persistent: boolean): OwnShow => ({
  streamId: show.streamId,
  signer: signerOf(show),
  persistent,
});

/** The unended show of the database, made if need be. Damaged records stay where they are and are passed over. */
async function storedShow(database: Database, newShow: (key: ShowKey) => StoredShow): Promise<StoredShow> {
  const unusable = new Set<string>();
  for (;;) {
    const found = latestOpen(await database.getAll('shows'), unusable);
    if (!found) break;
    if (await canSign(found)) return found;
    unusable.add(found.streamId);
  }
  try {
    return await claim(database, newShow(await newShowKey()), unusable);
  } catch {
    return claim(database, newShow(await newPortableKey()), unusable); // some browsers can't store keys of their own
  }
}

/**
 * Stores a show unless another tab was quicker, whose show it then is. One transaction, so the tabs agree.
 * @throws Error when what was stored can't be read back
 */
async function claim(database: Database, mine: StoredShow, unusable: ReadonlySet<string>): Promise<StoredShow> {
  const transaction = database.transaction('shows', 'readwrite');
  const theirs = latestOpen(await transaction.store.getAll(), unusable);
  if (!theirs) await transaction.store.put(mine);
  await transaction.done;
  const stored = parseStoredShow(await database.get('shows', (theirs ?? mine).streamId));
  if (!stored || !(await canSign(stored))) throw new Error('The key did not survive being stored');
  return stored;
}

function latestOpen(records: readonly unknown[], unusable: ReadonlySet<string>): StoredShow | null {
  const shows = records.map(parseStoredShow).filter((show) => show !== null);
  const open = shows.filter(({ endedMs, streamId }) => endedMs === null && !unusable.has(streamId));
  return open.sort((a, b) => b.createdMs - a.createdMs)[0] ?? null;
}

/** Proves that the secret half belongs to the public one, and that this browser can use it. */
export async function canSign(key: ShowKey): Promise<boolean> {
  const message = new TextEncoder().encode('passaparola/probe');
  try {
    return await createVerification().verify(await signerOf(key).sign(message), message, key.publicKey);
  } catch {
    return false;
  }
}
