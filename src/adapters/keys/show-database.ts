import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

interface Schema extends DBSchema {
  /** Keyed by stream id. What is in there may be damaged or another version's: `parseStoredShow` reads it. */
  shows: { key: string; value: object };
  /** Who sits at this device: one record, read by `parseStoredPerson`. */
  person: { key: string; value: object };
}

/** Everything that this site keeps on the device. */
export type Database = IDBPDatabase<Schema>;

const NAME = 'passaparola';
const VERSION = 2;

/** Chosen: opening takes milliseconds; blocked storage in some private modes never answers. */
const OPEN_TIMEOUT_MS = 3000;

/**
 * Lends the database for one piece of work. It is closed again afterwards, so that no tab keeps another from bringing
 * in a newer schema.
 * @throws whatever the work throws, or Error when the database doesn't open
 */
export async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const opening = openDB<Schema>(NAME, VERSION, {
    upgrade: (database, from) => {
      if (from < 1) database.createObjectStore('shows', { keyPath: 'streamId' });
      if (from < 2) database.createObjectStore('person', { keyPath: 'id' });
    },
  });
  const database = await new Promise<Database>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('The database does not open'));
      opening.then(
        (late) => late.close(),
        () => undefined,
      );
    }, OPEN_TIMEOUT_MS);
    opening.then(resolve, reject).finally(() => clearTimeout(timer));
  });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}
