import fc from 'fast-check';
import {
  type ChunkHeader,
  cutChunk,
  decodeHeader,
  MAX_CHUNK_BYTES,
  MAX_PIECES,
  signEnd,
  STRIPES,
} from '../../../src/core/chunk.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '../../../src/core/identity.ts';
import {
  MAX_GROUP_CHUNKS,
  MAX_MEMBERS,
  MAX_PADDING_BYTES,
  MAX_PATH,
  MAX_ROOM_BYTES,
  MAX_REPORTED,
  MAX_SIGNAL_BYTES,
  type Message,
} from '../../../src/core/messages.ts';
import { MAX_PAST_BYTES } from '../../../src/core/past/past-wire.ts';

const signer = {
  publicKey: new Uint8Array(PUBLIC_KEY_BYTES),
  sign: (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(SIGNATURE_BYTES).fill(7)),
};
const hash = (bytes: Uint8Array): Uint8Array => new Uint8Array(32).fill(bytes.length % 256);

async function exampleHeader(byteLength: number): Promise<ChunkHeader> {
  const media = { kind: 'key', captureMs: 5, durationMs: 100, codecs: 'avc1.42e01f,opus' } as const;
  const place = { streamId: 'show', epochS: 1_700_000_000, sequence: 12, sinceKey: 0, viewers: 300 };
  const { header } = await cutChunk({ ...media, bytes: new Uint8Array(byteLength) }, place, signer, hash);
  return decodeHeader(header.encoded) ?? header;
}

/** Headers as they are read from the wire: from one byte to the largest chunk. */
export const HEADERS = await Promise.all([1, 5, 40_000, 70_000, MAX_CHUNK_BYTES].map(exampleHeader));
const end = await signEnd({ streamId: 'show', epochS: 9, sequence: 4, sinceKey: 3, viewers: 0 }, 400, signer);
/** A signed last word, as read from the wire. */
export const END = decodeHeader(end.encoded) ?? end;

const peerId = fc.stringMatching(/^[0-9a-f]{16}$/);
const count = fc.nat(1_000_000);
const byte = fc.nat(255);
const uint32 = fc.nat(2 ** 32 - 1);
const stripe = fc.nat(STRIPES - 1);
const chunk = fc.record({ epochS: uint32, sequence: uint32 });
const newest = fc.record({ epochS: uint32, sequence: uint32, sinceKey: fc.nat(MAX_GROUP_CHUNKS) });
const indices = fc.uniqueArray(fc.nat(MAX_PIECES - 1), { maxLength: MAX_PIECES });
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const text = (most: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', maxLength: most }).filter((value) => new TextEncoder().encode(value).length <= most);
const float = fc.double();
const type = <Name extends Message['type']>(name: Name): fc.Arbitrary<Name> => fc.constant(name);

const depths = fc.array(byte, { minLength: STRIPES, maxLength: STRIPES });
const piece = fc.constantFrom(...HEADERS).chain((header) =>
  fc.record({
    type: type('piece'),
    path: fc.array(fc.nat(65_535), { maxLength: MAX_PATH }),
    header: fc.constant(header),
    index: fc.nat(header.pieces - 1),
    bytes: fc.uint8Array({ maxLength: 300 }),
  }),
);

const shortId = fc.stringMatching(/^[0-9a-f]{7}[1-9a-f]$/); // none of them all zeros, which stand for nobody
const censusRecord = fc.record({
  id: shortId,
  parents: fc.array(fc.option(shortId), { minLength: STRIPES, maxLength: STRIPES }),
  depths,
  sentBps: uint32,
});

/** Every message that a peer may send, in bounds. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: type('hello'),
    streamId: text(64),
    peerId,
    host: fc.boolean(),
    relays: fc.boolean(),
    publicKey: fc.option(bytes(PUBLIC_KEY_BYTES)),
  }),
  fc
    .record({
      type: type('status'),
      depths,
      free: count,
      newest: fc.option(newest),
      below: fc.array(count, { minLength: STRIPES, maxLength: STRIPES }),
      door: fc.boolean(),
      via: fc.oneof(fc.constant([]), fc.array(fc.nat(0xffff), { minLength: STRIPES, maxLength: STRIPES })),
    })
    .chain((status) => fc.tuple(...status.below.map((max) => fc.nat({ max }))).map((whole) => ({ ...status, whole }))),
  fc.record({
    type: type('members'),
    members: fc.array(fc.record({ peerId, free: count, depth: byte, door: fc.boolean() }), { maxLength: MAX_MEMBERS }),
  }),
  fc.record({ type: type('ping'), sentMs: float, padding: fc.nat(MAX_PADDING_BYTES) }),
  fc.record({
    type: type('pong'),
    sentMs: float,
    padding: fc.nat(MAX_PADDING_BYTES),
    heardMs: float,
    hostMs: float,
    errorMs: fc.float(),
  }),
  fc.record({ type: type('subscribe'), stripe, spare: count, urgent: fc.boolean() }),
  fc.record({ type: type('unsubscribe'), stripe }),
  fc.record({ type: type('subscribed'), stripe }),
  fc.record({ type: type('refused'), stripe, free: count, instead: fc.option(peerId) }),
  piece,
  fc.record({ type: type('want'), chunk, indices }),
  fc.record({ type: type('lack'), chunk, indices }),
  fc.record({ type: type('begin'), stripes: fc.subarray([...Array(STRIPES).keys()], { minLength: 1 }) }),
  fc.record({ type: type('signal'), from: peerId, to: peerId, attempt: uint32, data: text(MAX_SIGNAL_BYTES) }),
  fc.constant({ type: 'end' as const, header: END }),
  fc.constant({ type: 'bye' as const }),
  fc.record({ type: type('room'), data: fc.uint8Array({ maxLength: MAX_ROOM_BYTES }) }),
  fc.record({ type: type('past'), data: fc.uint8Array({ maxLength: MAX_PAST_BYTES }) }),
  fc.record({ type: type('shun'), peerId }),
  fc.record({ type: type('census'), round: uint32 }),
  fc.record({ type: type('report'), round: uint32, records: fc.array(censusRecord, { maxLength: MAX_REPORTED }) }),
);
