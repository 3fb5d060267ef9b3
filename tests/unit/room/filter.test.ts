import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeYjsUpdate } from '../../../src/adapters/room/yjs-update.ts';
import { decodeEntry, type Entry, entryId, MAX_ENTRY_BYTES, signedEntryBytes } from '../../../src/core/room/entry.ts';
import { entriesOf, listOf } from '../../../src/core/room/filter.ts';
import { encodeUpdate } from '../../../src/core/room/update-wire.ts';
import { hash, STREAM, verification, Writer } from './people.ts';

const anna = new Writer();
const bruno = new Writer();
let annas: Entry[];
let brunos: Entry[];

beforeAll(async () => {
  annas = [await anna.say('one', 1_000), await anna.say('two', 2_000), await anna.say('three', 3_000)];
  brunos = [await bruno.say('hello', 1_500)];
});

const filtered = (update: Uint8Array): Entry[] | null => {
  const raw = decodeYjsUpdate(update);
  return raw && entriesOf(raw, hash, () => false);
};

const isSigned = (entry: Entry): Promise<boolean> =>
  verification.verify(entry.signature, signedEntryBytes(STREAM, entry), entry.publicKey);

/** What a document with these entries says to one that has nothing. */
function documentWith(entries: readonly Entry[]): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, encodeUpdate(entries));
  return doc;
}

describe('an update of honest entries', () => {
  it('is what Yjs itself writes, and is admitted', async () => {
    const doc = new Y.Doc();
    doc.clientID = anna.client;
    for (const { encoded } of annas) doc.getArray<Uint8Array>(listOf(anna.client)).push([encoded]);
    expect(encodeUpdate(annas)).toEqual(Y.encodeStateAsUpdate(doc));
    const entries = filtered(Y.encodeStateAsUpdate(doc));
    expect(entries).toEqual(annas);
    expect(await Promise.all((entries ?? []).map(isSigned))).toEqual([true, true, true]);
  });

  it('comes out of a document as it went in, whatever was in it before', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(1), (first, second) => {
        const doc = documentWith([...annas.slice(0, first), ...brunos.slice(0, second)]);
        const before = Y.encodeStateVector(doc);
        Y.applyUpdate(doc, encodeUpdate([...brunos.slice(second), ...annas.slice(first)]));
        const news = filtered(Y.encodeStateAsUpdate(doc, before)) ?? [];
        const expected = [...annas.slice(first), ...brunos.slice(second)].map(({ id }) => id);
        expect(news.map(({ id }) => id).sort()).toEqual(expected.sort());
        expect(doc.store.pendingStructs).toBeNull();
      }),
    );
  });
});

it('what is here already is left out before it is looked at', () => {
  const raw = decodeYjsUpdate(encodeUpdate([...annas, ...brunos]));
  let hashed = 0;
  const count = (bytes: Uint8Array): Uint8Array => {
    hashed += 1;
    return hash(bytes);
  };
  const here = new Map(annas.map((entry) => [entry.id, entry.encoded]));
  const isKnown = (place: { client: number; clock: number }, encoded: Uint8Array): boolean =>
    Buffer.from(here.get(entryId(place)) ?? []).equals(encoded);
  expect(raw && entriesOf(raw, count, isKnown)).toEqual(brunos);
  expect(hashed).toBe(brunos.length);
});

describe('refused is', () => {
  const refused = (update: Uint8Array) => expect(filtered(update)).toBeNull();

  it('a delete, of whatever it is', () => {
    const doc = documentWith([...annas, ...brunos]);
    const before = Y.encodeStateVector(doc);
    doc.getArray(listOf(anna.client)).delete(1, 1);
    refused(Y.encodeStateAsUpdate(doc, before));
    refused(Y.encodeStateAsUpdate(doc));
  });

  it('an entry in the middle of others, in another list, in a map, or of another kind', () => {
    const writes: ((doc: Y.Doc) => void)[] = [
      (doc) => doc.getArray(listOf(anna.client)).insert(0, [annas[0]?.encoded ?? null]),
      (doc) => doc.getArray('elsewhere').push([annas[0]?.encoded ?? null]),
      (doc) => doc.getMap(listOf(anna.client)).set('key', annas[0]?.encoded),
      (doc) => doc.getArray(listOf(anna.client)).push(['text', 1, { a: 1 }]),
      (doc) => doc.getText(listOf(anna.client)).insert(0, 'text'),
      (doc) => doc.getArray(listOf(anna.client)).push([new Y.Map()]),
    ];
    for (const write of writes) {
      const doc = documentWith(annas);
      const before = Y.encodeStateVector(doc);
      doc.clientID = bruno.client;
      write(doc);
      refused(Y.encodeStateAsUpdate(doc, before));
    }
  });

  it("anything under somebody else's client", () => {
    const doc = new Y.Doc();
    doc.clientID = bruno.client;
    doc.getArray(listOf(bruno.client)).push([annas[0]?.encoded ?? null]);
    refused(Y.encodeStateAsUpdate(doc));
  });

  it('an entry of ten megabytes', () => {
    const place = { client: anna.client, clock: 0 };
    refused(encodeUpdate([{ ...place, encoded: new Uint8Array(10_000_000) }]));
    refused(encodeUpdate([{ ...place, encoded: new Uint8Array(MAX_ENTRY_BYTES + 1) }]));
  });

  it('an entry that is written in a longer way than needed: a second form of what its author signed once', () => {
    const [entry] = annas;
    if (!entry) throw new Error('no entry');
    // After version, key and session the time; its last byte gets a follower that adds nothing.
    const timeAt = 1 + 32 + 4;
    const length = [...entry.encoded.slice(timeAt)].findIndex((byte) => byte < 128);
    const longer = [...entry.encoded];
    longer[timeAt + length] = (longer[timeAt + length] ?? 0) | 128;
    longer.splice(timeAt + length + 1, 0, 0);
    const { client, clock } = entry;
    expect(decodeEntry(entry.encoded, entry, hash)).toEqual(entry);
    refused(encodeUpdate([{ client, clock, encoded: Uint8Array.from(longer) }]));
  });

  it('more structs than anybody has to send at once', () => {
    const encoded = annas[0]?.encoded ?? new Uint8Array();
    refused(encodeUpdate(Array.from({ length: 5_000 }, (_, clock) => ({ client: anna.client, clock, encoded }))));
  });
});

it('nothing that was changed on the way is both admitted and signed', async () => {
  const updates = [encodeUpdate(annas), encodeUpdate([...brunos, ...annas.slice(1)])];
  const known = new Map([...annas, ...brunos].map((entry) => [entry.id, entry.encoded]));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...updates),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (update, at, mask) => {
        const altered = update.slice();
        const place = at % altered.length;
        altered[place] = (altered[place] ?? 0) ^ mask;
        for (const entry of filtered(altered) ?? []) {
          // An entry survives only whole, at its own place.
          if (await isSigned(entry)) expect(entry.encoded).toEqual(known.get(entry.id));
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('random bytes are refused or hold nothing that is signed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
      for (const entry of filtered(bytes) ?? []) expect(await isSigned(entry)).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

it('a signature holds for one show, one place and one time only', async () => {
  const [entry] = annas;
  if (!entry) throw new Error('no entry');
  expect(await isSigned(entry)).toBe(true);
  const elsewhere = [
    signedEntryBytes('other', entry),
    signedEntryBytes(STREAM, { ...entry, clock: 1 }),
    signedEntryBytes(STREAM, { ...entry, client: bruno.client }),
    signedEntryBytes(STREAM, { ...entry, timeMs: entry.timeMs + 1 }),
  ];
  for (const bytes of elsewhere) expect(await verification.verify(entry.signature, bytes, entry.publicKey)).toBe(false);
});
