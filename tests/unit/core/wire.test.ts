import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PIECE_BYTES, MAX_PIECES, STRIPES } from '../../../src/core/chunk.ts';
import { isPeerId, MAX_GROUP_CHUNKS, MAX_MESSAGE_BYTES, MAX_PATH, type Message } from '../../../src/core/messages.ts';
import { decodeMessage, encodeMessage } from '../../../src/core/wire.ts';
import { anyMessage, END, HEADERS } from './wire-arbitraries.ts';

test('every message comes out as it went in', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const bytes = encodeMessage(message);
      expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      expect(decodeMessage(bytes)).toEqual(message);
    }),
    { numRuns: 500 },
  );
});

test('the largest piece fits', () => {
  for (const header of HEADERS) {
    const message: Message = {
      type: 'piece',
      path: Array<number>(MAX_PATH).fill(65_535),
      header,
      index: 0,
      bytes: new Uint8Array(MAX_PIECE_BYTES),
    };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  }
});

/** What an honest peer can pass on: whatever was read can be said again, and is read the same way. */
function isHarmless(bytes: Uint8Array): void {
  const message = decodeMessage(bytes);
  if (message === null) return;
  const again = encodeMessage(message);
  expect(again.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
  expect(decodeMessage(again)).toEqual(message);
}

test('random bytes are refused or harmless', () => {
  const typed = fc
    .tuple(fc.nat(18), fc.uint8Array({ maxLength: 400 }))
    .map(([type, rest]) => new Uint8Array([type, ...rest]));
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), typed), isHarmless), { numRuns: 2_000 });
});

test('a message cut short is refused, or ends in bytes of a piece', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const bytes = encodeMessage(message);
      for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 100))) {
        const cut = decodeMessage(bytes.subarray(0, length));
        if (message.type === 'piece' && cut?.type === 'piece') expect(cut.header).toEqual(message.header);
        else expect(cut).toBeNull();
      }
    }),
    { numRuns: 150 },
  );
});

test('a message with something after it is refused, unless a piece takes it for its own', () => {
  fc.assert(
    fc.property(anyMessage, fc.uint8Array({ minLength: 1, maxLength: 20 }), (message, tail) => {
      const decoded = decodeMessage(new Uint8Array([...encodeMessage(message), ...tail]));
      if (message.type !== 'piece') expect(decoded).toBeNull();
    }),
  );
});

test('flipped bits are refused or harmless', () => {
  fc.assert(
    fc.property(anyMessage, fc.nat(), fc.nat(7), (message, place, bit) => {
      const bytes = encodeMessage(message);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      isHarmless(bytes);
    }),
    { numRuns: 1_000 },
  );
});

test('nothing longer than the longest message is looked at', () => {
  expect(decodeMessage(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toBeNull();
  const [header] = HEADERS;
  if (!header) throw new Error('no header');
  const bytes = new Uint8Array(MAX_PIECE_BYTES + 1);
  expect(decodeMessage(encodeMessage({ type: 'piece', path: [], header, index: 0, bytes }))).toBeNull();
});

test.each<[string, Message]>([
  [
    'a depth of none on a piece',
    {
      type: 'piece',
      path: Array<number>(MAX_PATH + 1).fill(1),
      header: HEADERS[0] ?? END,
      index: 0,
      bytes: new Uint8Array(1),
    },
  ],
  [
    'a piece beyond the last',
    { type: 'piece', path: [], header: HEADERS[0] ?? END, index: STRIPES, bytes: new Uint8Array(1) },
  ],
  ['a piece of the last word', { type: 'piece', path: [], header: END, index: 0, bytes: new Uint8Array(0) }],
  ['a last word that is a chunk', { type: 'end', header: HEADERS[0] ?? END }],
  ['a stripe too many', { type: 'unsubscribe', stripe: STRIPES }],
  ['a beginning without a stripe', { type: 'begin', stripes: [] }],
  ['a beginning with a stripe too many', { type: 'begin', stripes: [STRIPES] }],
  ['an index twice', { type: 'want', chunk: { epochS: 1, sequence: 1 }, indices: [3, 3] }],
  ['an index out of bounds', { type: 'lack', chunk: { epochS: 1, sequence: 1 }, indices: [MAX_PIECES] }],
  ['a chunk out of bounds', { type: 'want', chunk: { epochS: 1, sequence: 2 ** 32 }, indices: [] }],
  [
    'a stream id without end',
    { type: 'hello', streamId: 'x'.repeat(65), peerId: '0'.repeat(16), host: true, relays: true, publicKey: null },
  ],
  [
    'a signal that is too long',
    { type: 'signal', from: '0'.repeat(16), to: '1'.repeat(16), attempt: 1, data: 'x'.repeat(8193) },
  ],
])('%s is refused', (_, message) => {
  expect(decodeMessage(encodeMessage(message))).toBeNull();
});

test('sums of what others claim stay in bounds when they are said', () => {
  const depths = [0, 0, 0, 0];
  const newest = { epochS: 1, sequence: 5_000, sinceKey: 4_000 };
  const said = encodeMessage({
    type: 'status',
    depths,
    free: Infinity,
    newest,
    below: [3_000_001, 0, 0, 0, 1],
    whole: [5_000_000, 7, 0, 0, 2],
    door: false,
    via: [],
  });
  expect(decodeMessage(said)).toMatchObject({
    free: 1_000_000,
    below: [1_000_000, 0, 0, 0, 1],
    whole: [1_000_000, 0, 0, 0, 1],
    newest: { sinceKey: MAX_GROUP_CHUNKS },
  });
});

test('peers have names of sixteen hexadecimal digits', () => {
  expect(isPeerId('0123456789abcdef')).toBe(true);
  for (const name of ['', '0123456789abcde', '0123456789abcdefa', '0123456789ABCDEF', '0123456789abcdeg']) {
    expect(isPeerId(name)).toBe(false);
  }
});
