import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import { type ProblemCode, ProblemError } from '../../app/problem.ts';

/** What is in there may be damaged or another version's: `stored-recording.ts` reads it. */
interface Schema extends DBSchema {
  recordings: { key: string; value: object };
  /** The index: recording and number of the group. */
  entries: { key: [string, number]; value: object };
  /** The media, packed by `packGroup`. */
  groups: { key: [string, number]; value: Uint8Array };
  /** What belongs to a recording and isn't media. */
  extras: { key: [string, 'poster' | 'story']; value: object };
}

export type RecordingsDatabase = IDBPDatabase<Schema>;

const NAME = 'passaparola-recordings';

/** Each takes the database one version further; a new schema adds one at the end, and none is ever changed. */
const MIGRATIONS: readonly ((
  database: RecordingsDatabase,
  change: IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>,
) => void)[] = [
  (database) => {
    database.createObjectStore('recordings', { keyPath: 'id' });
    database.createObjectStore('entries');
    database.createObjectStore('groups');
    database.createObjectStore('extras');
  },
];

/** Chosen: opening takes milliseconds; blocked storage in some private modes never answers. */
const OPEN_TIMEOUT_MS = 3000;

/** The database, opened when it is needed and let go when another tab brings in a newer schema. */
export class RecordingsConnection {
  #opening: Promise<RecordingsDatabase> | null = null;

  /** Does a piece of work in the database. @throws ProblemError */
  async use<Result>(work: (database: RecordingsDatabase) => Promise<Result>): Promise<Result> {
    try {
      return await work(await (this.#opening ??= this.#open()));
    } catch (error) {
      // A connection that the browser has closed is of no use any more; the next work opens another.
      if (error instanceof DOMException && error.name === 'InvalidStateError') this.#forget();
      throw asProblem(error);
    }
  }

  #forget(): void {
    this.#opening = null;
  }

  async #open(): Promise<RecordingsDatabase> {
    const opening = openDB<Schema>(NAME, MIGRATIONS.length, {
      upgrade: (database, from, _to, change) => {
        for (const migrate of MIGRATIONS.slice(from)) migrate(database, change);
      },
      blocking: (_current, _wanted, { target }) => {
        this.#forget();
        if (target instanceof IDBDatabase) target.close();
      },
      terminated: () => this.#forget(),
    });
    try {
      return await new Promise<RecordingsDatabase>((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new ProblemError('recordings-blocked'));
          opening.then(
            (late) => late.close(),
            () => undefined,
          );
        }, OPEN_TIMEOUT_MS);
        opening.then(resolve, reject).finally(() => clearTimeout(timer));
      });
    } catch (error) {
      this.#forget();
      throw error;
    }
  }
}

const PROBLEMS: Readonly<Partial<Record<string, ProblemCode>>> = {
  VersionError: 'recordings-newer',
  QuotaExceededError: 'recording-full',
};

/** What an error of the database means to a person. */
function asProblem(cause: unknown): ProblemError {
  if (cause instanceof ProblemError) return cause;
  const name = cause instanceof DOMException ? cause.name : '';
  return new ProblemError(PROBLEMS[name] ?? 'recordings-blocked', { cause });
}
