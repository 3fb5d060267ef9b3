import type { OpenRecording, Recording, RecordingStore } from '../../app/recordings/recording.ts';
import { unpackGroup } from '../../core/recording/chunk-group.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import { NO_STORY, parseStory } from '../../core/recording/story.ts';
import { openRecording } from './open-recording.ts';
import { lockedRecordings, lockRecording } from './recording-locks.ts';
import { RecordingsConnection, type RecordingsDatabase } from './recordings-database.ts';
import { parseEntry, parseRecording, type StoredRecording } from './stored-recording.ts';

/** A show that comes back within this goes on in the same recording, ms; later it begins another. Chosen: a working day. */
const RESUME_WITHIN_MS = 8 * 3600 * 1000;

type Show = Pick<Recording, 'streamId' | 'publicKey'>;

/** Recordings in IndexedDB. */
export function createRecordingStore(): RecordingStore {
  const connection = new RecordingsConnection();

  async function record(show: Show, nowMs: number): Promise<OpenRecording> {
    const known = await connection.use((database) => database.getAll('recordings'));
    const unfinished = known
      .map(parseRecording)
      .filter((recording) => recording !== null)
      .filter(
        ({ streamId, endedMs, removedMs }) => streamId === show.streamId && endedMs === null && removedMs === null,
      )
      .filter(({ touchedMs }) => Math.abs(nowMs - touchedMs) <= RESUME_WITHIN_MS)
      .sort((a, b) => b.touchedMs - a.touchedMs);
    let isElsewhere = false;
    for (const stored of unfinished) {
      const release = await lockRecording(stored.id);
      if (release === null) {
        isElsewhere = true;
        continue;
      }
      const [last, story] = await Promise.all([lastEntry(stored.id), storyOf(stored.id)]);
      if (stored.groups === 0 || last) return openRecording(connection, { stored, last, story, isElsewhere, release });
      release(); // its end can't be read, so nothing can be put behind it
    }
    return begin(show, nowMs, isElsewhere);
  }

  async function begin(show: Show, nowMs: number, isElsewhere: boolean): Promise<OpenRecording> {
    const id = newId();
    const release = (await lockRecording(id)) ?? (() => undefined);
    const stored: StoredRecording = {
      ...{ id, streamId: show.streamId, publicKey: show.publicKey, title: '' },
      ...{ startedMs: nowMs, touchedMs: nowMs, endedMs: null, removedMs: null },
      ...{ durationMs: 0, bytes: 0, peakViewers: 0, groups: 0, inits: [] },
    };
    try {
      await connection.use((database) => database.put('recordings', stored));
    } catch (error) {
      release();
      throw error;
    }
    return openRecording(connection, { stored, last: undefined, story: NO_STORY, isElsewhere, release });
  }

  /** The last entry; undefined when there is none, or the last that there is can't be read. */
  const lastEntry = (id: string): Promise<GroupEntry | undefined> =>
    connection.use(async (database) => {
      const cursor = await database.transaction('entries').store.openCursor(within(id), 'prev');
      return (cursor && parseEntry(cursor.value)) ?? undefined;
    });

  const storyOf: RecordingStore['story'] = (id) =>
    connection.use(async (database) => parseStory(await database.get('extras', [id, 'story'])));

  /** Changes records that are there; the others stay away. */
  const change = (ids: readonly string[], fields: Partial<StoredRecording>): Promise<void> =>
    connection.use(async (database) => {
      const transaction = database.transaction('recordings', 'readwrite');
      for (const id of ids) {
        const stored = await transaction.store.get(id);
        if (stored) await transaction.store.put({ ...stored, ...fields });
      }
      await transaction.done;
    });

  async function purge(removedByMs: number): Promise<void> {
    const stored = (await connection.use((database) => database.getAll('recordings'))).map(parseRecording);
    const isBusy = await lockedRecordings();
    for (const recording of stored) {
      if (recording === null || isBusy(recording.id)) continue;
      const sinceMs = recording.removedMs ?? (recording.groups === 0 ? recording.touchedMs : null);
      if (sinceMs !== null && sinceMs <= removedByMs) await connection.use((database) => erase(database, recording.id));
    }
  }

  return {
    record,
    purge,
    async list() {
      const found = (await connection.use((database) => database.getAll('recordings'))).map(parseRecording);
      const isBusy = await lockedRecordings();
      const readable = found.filter((recording) => recording !== null);
      const shown = readable.filter(({ removedMs, groups }) => removedMs === null && groups > 0);
      const recordings = shown.sort((a, b) => b.startedMs - a.startedMs).map((stored) => shownAs(stored, isBusy));
      return { recordings, damaged: found.length - readable.length };
    },
    async find(id) {
      const stored = parseRecording(await connection.use((database) => database.get('recordings', id)));
      return stored === null ? null : shownAs(stored, await lockedRecordings());
    },
    entries: (id) =>
      connection.use(async (database) => {
        const found = await database.getAll('entries', within(id));
        return found.map(parseEntry).filter((entry) => entry !== null);
      }),
    group: (id, number) =>
      connection.use(async (database) => {
        const packed: unknown = await database.get('groups', [id, number]);
        return packed instanceof Uint8Array ? unpackGroup(packed) : null;
      }),
    rename: (id, title) => change([id], { title }),
    remove: (ids) => change(ids, { removedMs: Date.now() }),
    restore: (ids) => change(ids, { removedMs: null }),
    sweep: () =>
      connection.use(async (database) => {
        for (const id of await database.getAllKeys('recordings')) {
          if (parseRecording(await database.get('recordings', id)) === null) await erase(database, id);
        }
      }),
    poster: (id) =>
      connection.use(async (database) => {
        const picture = await database.get('extras', [id, 'poster']);
        return picture instanceof Blob ? picture : null;
      }),
    keepPoster: (id, picture) =>
      connection.use(async (database) => {
        await database.put('extras', picture, [id, 'poster']);
      }),
    story: storyOf,
  };
}

const within = (id: string): IDBKeyRange => IDBKeyRange.bound([id], [id, []]);

async function erase(database: RecordingsDatabase, id: string): Promise<void> {
  const change = database.transaction(['recordings', 'entries', 'groups', 'extras'], 'readwrite');
  await Promise.all([
    change.objectStore('recordings').delete(id),
    change.objectStore('entries').delete(within(id)),
    change.objectStore('groups').delete(within(id)),
    change.objectStore('extras').delete(within(id)),
    change.done,
  ]);
}

function shownAs(stored: StoredRecording, isBusy: (id: string) => boolean): Recording {
  const state = isBusy(stored.id) ? 'live' : stored.endedMs === null ? 'interrupted' : 'ended';
  return { ...stored, state };
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
