import { ProblemError } from '../../app/problem.ts';
import type { InitSegment, NewGroup, OpenRecording } from '../../app/recordings/recording.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import { mapBehind } from '../../core/recording/entry.ts';
import type { ShowStory } from '../../core/recording/story.ts';
import type { RecordingsConnection } from './recordings-database.ts';
import { parseRecording, type StoredRecording } from './stored-recording.ts';

/** What is written is on the disk before it counts: a machine that is switched off loses no more than a killed page. */
const SAFELY = { durability: 'strict' } as const;

export interface OpenedRecording {
  readonly stored: StoredRecording;
  readonly last: GroupEntry | undefined;
  readonly story: ShowStory;
  readonly isElsewhere: boolean;
  readonly release: () => void;
}

/** A recording that this page writes. */
export function openRecording(connection: RecordingsConnection, opened: OpenedRecording): OpenRecording {
  const { stored, last, story, isElsewhere, release } = opened;
  const { id, bytes } = stored;
  let count = (last?.number ?? -1) + 1;
  let init = last?.init ?? 0;

  const append = (groups: readonly NewGroup[], peakViewers: number): Promise<void> =>
    connection.use(async (database) => {
      const change = database.transaction(['recordings', 'entries', 'groups'], 'readwrite', SAFELY);
      const now = parseRecording(await change.objectStore('recordings').get(id));
      if (now === null) {
        change.abort();
        await change.done.catch(() => undefined);
        throw new ProblemError('recording-lost');
      }
      const inits = [...now.inits];
      const writes: Promise<unknown>[] = [];
      let number = count;
      let usesInit = init;
      for (const { entry, init: own, packed } of groups) {
        if (own) usesInit = placeOf(own, inits);
        const whole: GroupEntry = { ...entry, number, init: usesInit, bytes: packed.length };
        writes.push(change.objectStore('entries').put(whole, [id, number]));
        writes.push(change.objectStore('groups').put(packed, [id, number]));
        number += 1;
      }
      const written = groups.reduce((sum, { packed }) => sum + packed.length, 0);
      const facts = {
        bytes: now.bytes + written,
        durationMs: groups.at(-1)?.entry.endMs ?? now.durationMs,
        groups: number,
        peakViewers: Math.max(now.peakViewers, peakViewers),
        touchedMs: Date.now(),
      };
      writes.push(change.objectStore('recordings').put({ ...now, ...facts, inits }));
      // All are waited for, so that none is left to fail unheard when the transaction does.
      await Promise.all([...writes, change.done]);
      count = number;
      init = usesInit;
    });

  const tell = (latest: ShowStory): Promise<void> =>
    connection.use(async (database) => {
      await database.put('extras', latest, [id, 'story']);
    });

  const finish = (): Promise<void> =>
    connection.use(async (database) => {
      const change = database.transaction('recordings', 'readwrite', SAFELY);
      const now = parseRecording(await change.store.get(id));
      if (now) await change.store.put({ ...now, endedMs: Date.now() });
      await change.done;
    });

  return { id, isElsewhere, map: mapBehind(last), bytes, story, append, tell, finish, release };
}

/** Where this init segment stands among the others; it is added when it is new. */
function placeOf(init: InitSegment, inits: InitSegment[]): number {
  const known = inits.findIndex(({ codecs, bytes }) => codecs === init.codecs && sameBytes(bytes, init.bytes));
  return known >= 0 ? known : inits.push(init) - 1;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
