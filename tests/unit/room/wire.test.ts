import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeSyncMessage, encodeSyncMessage } from '../../../src/adapters/room/sync-message.ts';
import { MAX_ROOM_BYTES, MAX_SIGNAL_BYTES } from '../../../src/core/messages.ts';
import {
  type Content,
  MAX_ACQUAINTED,
  MAX_BURST,
  MAX_LINK,
  MAX_NAME,
  MAX_OPTION_TEXT,
  MAX_OPTIONS,
  MAX_PART_BYTES,
  MAX_PICTURE_PARTS,
  MAX_POLL_TEXT,
  MAX_PRICE,
  MAX_SLOW_S,
  MAX_TEXT,
  REACTIONS,
} from '../../../src/core/room/content.ts';
import { decodeContent, encodeContent } from '../../../src/core/room/content-wire.ts';
import { decodeRoomMessage, encodeRoomMessage, type RoomMessage } from '../../../src/core/room/room-wire.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const place = fc.record({ client: fc.nat(2 ** 31), clock: fc.nat(1_000_000) });
const entry = place.map(({ client, clock }) => `${client}:${clock}`);
const person = bytes(32).map((key) => Buffer.from(key).toString('hex'));
const text = (most: number) => fc.string({ unit: 'grapheme-ascii', maxLength: most });
const type = <T extends string>(...names: T[]) => fc.constantFrom(...names);
const on = fc.boolean();

const anyContent: fc.Arbitrary<Content> = fc.oneof(
  fc.record({ type: type('chat'), text: text(MAX_TEXT), replyTo: fc.option(entry) }),
  fc.record({ type: type('react'), reaction: fc.constantFrom(...REACTIONS), count: fc.nat(MAX_BURST) }),
  fc.record({ type: type('name'), name: text(32) }),
  fc.record({ type: type('report'), entry }),
  fc.record({ type: type('witness'), seen: fc.array(place, { maxLength: 120 }) }),
  fc.record({ type: type('hide'), entry, on }),
  fc.record({ type: type('mute', 'ban', 'moderator'), person, on }) as fc.Arbitrary<Content>,
  fc.record({ type: type('pin'), entry: fc.option(entry) }),
  fc.record({ type: type('slow'), seconds: fc.nat(MAX_SLOW_S) }),
  fc.record({ type: type('close'), on }),
  fc.record({ type: type('clips'), on }),
  fc.record({ type: type('words'), words: fc.array(text(40), { maxLength: 40 }) }),
  fc.record({ type: type('picture'), bytes: fc.uint8Array({ maxLength: MAX_PART_BYTES }) }),
  fc.record({
    type: type('product'),
    product: fc.option(
      fc.record({
        name: text(MAX_NAME),
        price: text(MAX_PRICE),
        link: text(MAX_LINK),
        parts: fc.nat(MAX_PICTURE_PARTS),
      }),
    ),
  }),
  fc.record({ type: type('sold-out', 'known-only'), on }),
  fc.record({ type: type('ask'), text: text(MAX_TEXT) }),
  fc.record({ type: type('vote', 'answered'), entry, on }),
  fc.record({ type: type('pick'), entry: fc.option(entry) }),
  fc.record({
    type: type('poll'),
    poll: fc.option(
      fc.record({
        question: text(MAX_POLL_TEXT),
        options: fc.array(text(MAX_OPTION_TEXT), { maxLength: MAX_OPTIONS }),
      }),
    ),
  }),
  fc.record({ type: type('choose'), entry, option: fc.nat(MAX_OPTIONS - 1) }),
  fc.record({ type: type('end-poll'), entry }),
  fc.record({ type: type('acquaint'), people: fc.array(person, { maxLength: MAX_ACQUAINTED }), on }),
  fc.record({ type: type('let-me-in', 'join') }),
);

const anyMessage: fc.Arbitrary<RoomMessage> = fc.oneof(
  fc.record({ type: type('state'), untilS: fc.nat(2 ** 31), digest: bytes(8), links: fc.nat(255) }),
  fc.record({ type: type('signal'), data: text(MAX_SIGNAL_BYTES) }),
  fc.record({ type: type('full') }),
  fc.record({ type: type('who'), publicKey: bytes(32), signature: bytes(64) }),
  fc
    .record({
      type: type('out', 'fork'),
      proof: fc.array(fc.tuple(place, fc.uint8Array({ maxLength: 2_000 })), { maxLength: 2 }),
    })
    .map(({ proof, ...rest }) => ({ ...rest, proof: proof.map(([at, encoded]) => ({ ...at, encoded })) })),
);

it('all contents come out as they went in', () => {
  fc.assert(
    fc.property(anyContent, (content) => {
      expect(decodeContent(encodeContent(content))).toEqual(content);
    }),
  );
});

it('all messages between rooms come out as they went in, and fit the mesh', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const encoded = encodeRoomMessage(message);
      expect(encoded.length).toBeLessThanOrEqual(MAX_ROOM_BYTES);
      expect(decodeRoomMessage(encoded)).toEqual(message);
    }),
  );
});

it('whatever is cut short, or has bytes left over, is refused', () => {
  fc.assert(
    fc.property(anyContent, anyMessage, fc.nat(), (content, message, at) => {
      const [said, sent] = [encodeContent(content), encodeRoomMessage(message)];
      expect(decodeContent(said.subarray(0, at % said.length))).toBeNull();
      expect(decodeContent(new Uint8Array([...said, 0]))).toBeNull();
      expect(decodeRoomMessage(sent.subarray(0, at % sent.length))).toBeNull();
      expect(decodeRoomMessage(new Uint8Array([...sent, 0]))).toBeNull();
    }),
  );
});

it('a text too long for the page is too long for the wire', () => {
  const long = { type: 'chat', text: 'é'.repeat(MAX_TEXT + 1), replyTo: null } as const;
  expect(decodeContent(encodeContent(long))).toBeNull();
  const most = { type: 'chat', text: '🎻'.repeat(MAX_TEXT), replyTo: null } as const;
  expect(decodeContent(encodeContent(most))).toEqual(most);
});

it('the longest product card, poll and list of people fit an entry, in any script', () => {
  const long = (length: number): string => '🎻'.repeat(length);
  const options = Array.from({ length: MAX_OPTIONS }, () => long(MAX_OPTION_TEXT));
  const product = { name: long(MAX_NAME), price: long(MAX_PRICE), link: long(MAX_LINK), parts: MAX_PICTURE_PARTS };
  const contents: Content[] = [
    { type: 'product', product },
    { type: 'poll', poll: { question: long(MAX_POLL_TEXT), options } },
    { type: 'acquaint', people: Array.from({ length: MAX_ACQUAINTED }, () => 'ab'.repeat(32)), on: true },
    { type: 'picture', bytes: new Uint8Array(MAX_PART_BYTES) },
  ];
  for (const content of contents) expect(decodeContent(encodeContent(content))).toEqual(content);
});

it('of what y-webrtc says only the three sync messages are read', () => {
  fc.assert(
    fc.property(fc.constantFrom('ask', 'answer', 'update'), fc.uint8Array({ maxLength: 300 }), (kind, update) => {
      const message = { kind, bytes: update } as const;
      const encoded = encodeSyncMessage(message);
      expect(decodeSyncMessage(encoded)).toEqual(message);
      expect(decodeSyncMessage(encoded.subarray(0, -1))).toBeNull();
      encoded[0] = 1; // awareness
      expect(decodeSyncMessage(encoded)).toBeNull();
    }),
  );
  expect(decodeSyncMessage(new Uint8Array(300_000))).toBeNull();
});
