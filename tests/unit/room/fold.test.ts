import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Content } from '../../../src/core/room/content.ts';
import type { Entry } from '../../../src/core/room/entry.ts';
import { foldRoom, type RoomState } from '../../../src/core/room/fold.ts';
import { Writer } from './people.ts';

const T = 1_700_000_000_000;
const host = new Writer();
const anna = new Writer();
const bruno = new Writer();

const fold = (...entries: Entry[]): RoomState => foldRoom(entries, host.id);
const texts = ({ messages }: RoomState): string[] =>
  messages.filter(({ hidden }) => hidden === null).map(({ text }) => text);

/** A fresh page for each, so the tests stay apart. */
async function story(...lines: readonly [Writer, number, Content | string | (() => Content)][]): Promise<Entry[]> {
  for (const writer of new Set(lines.map(([who]) => who))) writer.reload();
  const entries: Entry[] = [];
  for (const [who, at, what] of lines) {
    const content = typeof what === 'function' ? what() : what;
    entries.push(await (typeof content === 'string' ? who.say(content, T + at) : who.write(content, T + at)));
  }
  return entries;
}

describe('the fold', () => {
  it('is the same whatever order the entries came in', async () => {
    const entries = await story(
      [host, 0, { type: 'name', name: 'Maria' }],
      [anna, 100, { type: 'name', name: 'Anna' }],
      [anna, 100, 'hello'],
      [bruno, 100, 'hello'],
      [bruno, 200, { type: 'name', name: 'ΑNNA' }],
      [anna, 300, { type: 'react', reaction: 'heart', count: 7 }],
      [host, 400, { type: 'moderator', person: anna.id, on: true }],
      [anna, 500, { type: 'mute', person: bruno.id, on: true }],
      [bruno, 600, 'can you hear me'],
      [host, 700, { type: 'slow', seconds: 10 }],
      [bruno, 800, { type: 'react', reaction: 'heart', count: 40 }],
      [host, 900, { type: 'words', words: ['secret'] }],
    );
    const expected = fold(...entries);
    expect(texts(expected)).toHaveLength(2);
    expect(expected.reactions.heart).toBe(7);
    const everything = (state: RoomState) => ({ ...state, people: [...state.people].sort(), bans: [...state.bans] });
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (order) => {
        expect(everything(fold(...order))).toEqual(everything(expected));
      }),
    );
  });

  it('never fails, whatever valid signatures stand under', async () => {
    const writer = new Writer();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), async (contents) => {
        writer.reload();
        const entries: Entry[] = [];
        for (const content of contents) entries.push(await writer.writeBytes(content, T));
        const { messages } = fold(...entries);
        for (const { text } of messages) expect(Array.from(text).length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 200 },
    );
  });

  it('sees a copied name as a copy, in lookalike letters too, and nobody has the name of the host', async () => {
    const { people } = fold(
      ...(await story(
        [anna, 0, { type: 'name', name: 'Maria' }],
        [bruno, 10, { type: 'name', name: 'Anna' }],
        [anna, 20, { type: 'name', name: 'Αnnа' }],
        [host, 30, { type: 'name', name: 'Mаria' }],
        [bruno, 40, 'hi'],
      )),
    );
    expect([host, anna, bruno].map(({ id }) => people.get(id)?.isCopy)).toEqual([false, true, false]);
    expect(people.get(host.id)?.role).toBe('host');
  });

  it('takes signs out of names and texts that would disturb what is around them', async () => {
    const state = fold(
      ...(await story(
        [anna, 0, { type: 'name', name: ' An\u202ena\u0000\n<b>\u200b ' }],
        [anna, 1, '<img src=x>\u2066 a\u0301\u0301\u0301\u0301\u0301\u0301\u0301'],
        [anna, 2, '\u200b \u202e'],
      )),
    );
    expect(state.people.get(anna.id)?.name).toBe('Anna <b>');
    expect(texts(state)).toEqual(['<img src=x> á\u0301\u0301\u0301\u0301']);
  });
});

describe('moderation', () => {
  it('counts only from the host, and from whom the host appointed', async () => {
    const message = await story([bruno, 0, 'here']);
    const target = message[0]?.id ?? '';
    const acts: Content[] = [
      { type: 'hide', entry: target, on: true },
      { type: 'mute', person: bruno.id, on: true },
      { type: 'ban', person: bruno.id, on: true },
      { type: 'moderator', person: anna.id, on: true },
      { type: 'pin', entry: target },
      { type: 'slow', seconds: 600 },
      { type: 'close', on: true },
      { type: 'words', words: ['here'] },
    ];
    const attempted = await story(...acts.map((act, at): [Writer, number, Content] => [anna, at + 1, act]));
    const attempt = fold(...message, ...attempted);
    expect(texts(attempt)).toEqual(['here']);
    expect(attempt).toMatchObject({ pinned: null, slowS: 0, isClosed: false, blockedWords: [] });
    expect(attempt.people.get(anna.id)?.role).toBe('viewer');
    expect(attempt.people.get(bruno.id)).toMatchObject({ isMuted: false, isBanned: false });
  });

  it('never touches the host, nor a moderator unless by the host', async () => {
    const state = fold(
      ...(await story(
        [host, 0, { type: 'moderator', person: anna.id, on: true }],
        [host, 1, { type: 'moderator', person: bruno.id, on: true }],
        [anna, 2, { type: 'ban', person: host.id, on: true }],
        [anna, 3, { type: 'mute', person: bruno.id, on: true }],
        [bruno, 4, 'still here'],
        [host, 5, 'so am I'],
      )),
    );
    expect(texts(state)).toEqual(['still here', 'so am I']);
  });

  it('lets only the host say whether parts of the show may be kept', async () => {
    const appointed: [Writer, number, Content] = [host, 0, { type: 'moderator', person: anna.id, on: true }];
    const forbids = { type: 'clips', on: false } as const;
    expect(fold(...(await story(appointed, [anna, 1, forbids], [bruno, 2, forbids]))).mayClip).toBe(true);
    expect(fold(...(await story(appointed, [host, 1, forbids]))).mayClip).toBe(false);
    const allows = { type: 'clips', on: true } as const;
    expect(fold(...(await story(appointed, [host, 1, forbids], [anna, 2, allows]))).mayClip).toBe(false);
  });

  it('mutes moderators, too, when the host says so', async () => {
    const state = fold(
      ...(await story(
        [host, 0, { type: 'moderator', person: anna.id, on: true }],
        [host, 1, { type: 'mute', person: anna.id, on: true }],
        [anna, 2, 'not to be heard'],
        [host, 3, { type: 'mute', person: anna.id, on: false }],
        [anna, 4, 'heard again'],
      )),
    );
    expect(texts(state)).toEqual(['heard again']);
  });

  it('hides and shows again, mutes from then on, bans altogether, and can be taken back', async () => {
    const [hello, ...rest] = await story(
      [bruno, 0, 'hello'],
      [host, 10, { type: 'mute', person: bruno.id, on: true }],
      [bruno, 20, 'muted'],
      [host, 30, { type: 'mute', person: bruno.id, on: false }],
      [bruno, 40, 'back'],
    );
    if (!hello) throw new Error('no entry');
    expect(texts(fold(hello, ...rest))).toEqual(['hello', 'back']);
    const hidden = await story([host, 50, { type: 'hide', entry: hello.id, on: true }]);
    expect(texts(fold(hello, ...rest, ...hidden))).toEqual(['back']);
    const shown = await story([host, 60, { type: 'hide', entry: hello.id, on: false }]);
    expect(texts(fold(hello, ...rest, ...hidden, ...shown))).toEqual(['hello', 'back']);
    const ban = await story([host, 70, { type: 'ban', person: bruno.id, on: true }]);
    const banned = fold(hello, ...rest, ...ban);
    expect(texts(banned)).toEqual([]);
    expect(banned.bans.get(bruno.id)).toEqual(ban);
    const unban = await story([host, 80, { type: 'ban', person: bruno.id, on: false }]);
    expect(texts(fold(hello, ...rest, ...ban, ...unban))).toEqual(['hello', 'back']);
  });

  it('proves a ban by a moderator together with the appointment', async () => {
    const entries = await story(
      [host, 0, { type: 'moderator', person: anna.id, on: true }],
      [anna, 1, { type: 'ban', person: bruno.id, on: true }],
    );
    const proof = fold(...entries).bans.get(bruno.id) ?? [];
    expect(fold(...proof).bans.has(bruno.id)).toBe(true);
    expect(fold(...proof.slice(1)).bans.has(bruno.id)).toBe(false);
  });

  it('lets a ban be escaped neither by a new page nor by a new name', async () => {
    const before = await story([host, 0, { type: 'ban', person: bruno.id, on: true }]);
    const after = await story([bruno, 100, { type: 'name', name: 'Somebody else' }], [bruno, 200, 'me again']);
    expect(texts(fold(...before, ...after))).toEqual([]);
  });

  it('slows down and closes the chat for everybody but those who moderate', async () => {
    const state = fold(
      ...(await story(
        [host, 0, { type: 'slow', seconds: 10 }],
        [anna, 1_000, 'one'],
        [anna, 10_999, 'too soon'],
        [anna, 11_000, 'two'],
        [host, 11_001, 'host'],
        [host, 11_002, 'again'],
        [host, 20_000, { type: 'close', on: true }],
        [bruno, 20_001, 'anybody?'],
        [host, 20_002, 'closed'],
      )),
    );
    expect(texts(state)).toEqual(['one', 'two', 'host', 'again', 'closed']);
  });

  it.each(['Secret', 's3cr3t', 'S E C R E T', 'ѕесrеt', 's.e.c.r.e.t', 'seeecret', 'topsecrets'])(
    'finds a blocked word in %s, and a hand can overrule it',
    async (text) => {
      const entries = await story([host, 0, { type: 'words', words: ['secret'] }], [anna, 1, text], [bruno, 2, 'fine']);
      expect(texts(fold(...entries))).toEqual(['fine']);
      const overruled = await story([host, 3, { type: 'hide', entry: entries[1]?.id ?? '', on: false }]);
      expect(texts(fold(...entries, ...overruled))).toEqual([text, 'fine']);
    },
  );

  it('does not find short words inside of others', async () => {
    const entries = await story(
      [host, 0, { type: 'words', words: ['ass'] }],
      [anna, 1, 'a passion for glass'],
      [bruno, 2, 'ass'],
    );
    expect(texts(fold(...entries))).toEqual(['a passion for glass']);
  });
});

describe('time', () => {
  let backdated: Entry[];
  beforeAll(async () => {
    backdated = await story(
      [anna, 1_000, 'first'],
      [host, 10_000, () => ({ type: 'witness', seen: [{ client: anna.client, clock: 1 }] })],
      [bruno, 500, 'I was before'],
      [anna, 12_000, 'third'],
    );
  });

  it('lets nobody write into the past behind the latest witness', () => {
    expect(texts(fold(...backdated))).toEqual(['first', 'I was before', 'third']);
    expect(fold(...backdated).messages[1]?.atMs).toBe(T + 10_000);
  });

  it('makes a muted person no way around the moment of muting', async () => {
    const state = fold(
      ...(await story(
        [anna, 0, 'fine'],
        [host, 1_000, () => ({ type: 'witness', seen: [{ client: anna.client, clock: 1 }] })],
        [host, 1_000, { type: 'mute', person: anna.id, on: true }],
        [anna, 10, 'dated before'],
      )),
    );
    expect(texts(state)).toEqual(['fine']);
  });

  it('believes witnesses of the host only', async () => {
    const entries = await story(
      [anna, 1_000, 'first'],
      [bruno, 10_000, { type: 'witness', seen: [] }],
      [bruno, 10_001, 'second'],
    );
    expect(fold(...entries).messages.map(({ atMs }) => atMs - T)).toEqual([1_000, 10_001]);
  });

  it('bounds what one person writes on many pages', async () => {
    const entries: Entry[] = [];
    for (let at = 0; at < 60; at++) {
      if (at % 20 === 0) bruno.reload();
      entries.push(await bruno.say(String(at), T + at));
    }
    expect(texts(fold(...entries))).toHaveLength(10);
  });
});
