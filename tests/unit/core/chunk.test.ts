import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hash } from '../../../src/adapters/keys/verification.ts';
import {
  cutChunk,
  decodeHeader,
  isParity,
  joinPieces,
  MAX_CHUNK_BYTES,
  MAX_PIECE_BYTES,
  MAX_PIECES,
  pieceCount,
  pieceLength,
  pieceRange,
  restorePiece,
  sameHeader,
  STRIPES,
} from '../../../src/core/chunk.ts';
import { SIGNATURE_BYTES } from '../../../src/core/identity.ts';
import { END, HEADERS } from './wire-arbitraries.ts';

const blank = { publicKey: new Uint8Array(32), sign: () => Promise.resolve(new Uint8Array(SIGNATURE_BYTES)) };
const cut = (bytes: Uint8Array, codecs = 'avc1.42e01f,opus') =>
  cutChunk(
    { kind: 'key', captureMs: 1_234.5, durationMs: 99.6, codecs, bytes },
    { streamId: 'show', epochS: 1_700_000_000, sequence: 7, sinceKey: 0, viewers: 12 },
    blank,
    hash,
  );

test('pieces cover a chunk of any length, in order, none too large', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: MAX_CHUNK_BYTES })),
      (byteLength) => {
        const pieces = pieceCount(byteLength);
        expect(pieces % STRIPES).toBe(0);
        expect(pieces).toBeLessThanOrEqual(MAX_PIECES);
        let at = 0;
        for (let index = 0; index < pieces; index++) {
          if (isParity(index)) continue;
          const [start, end] = pieceRange({ byteLength, pieces }, index);
          expect(start).toBe(at);
          expect(end - start).toBeLessThanOrEqual(MAX_PIECE_BYTES);
          at = end;
        }
        expect(at).toBe(byteLength);
      },
    ),
  );
});

test.each([1, 2, 3, 4, 5, 65_536, 65_537, MAX_CHUNK_BYTES])(
  'the pieces of %i bytes make the chunk again',
  async (byteLength) => {
    const bytes = Uint8Array.from({ length: byteLength }, (_, at) => at % 251);
    const { header, pieces } = await cut(bytes);
    expect(Buffer.from(joinPieces(header, pieces)).equals(bytes)).toBe(true);
    expect(pieces).toHaveLength(header.pieces);
    expect(decodeHeader(header.encoded)).toEqual({ ...header, captureMs: 1_235, durationMs: 100 });
  },
);

test('whichever piece of a row is missing, the others make it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200_000 }), fc.nat(), async (byteLength, draw) => {
      const { header, pieces } = await cut(Uint8Array.from({ length: byteLength }, (_, at) => (at * 7 + draw) % 256));
      const missing = draw % header.pieces;
      const row = missing - (missing % STRIPES);
      const others = pieces.slice(row, row + STRIPES).filter((_, at) => row + at !== missing);
      expect(restorePiece(others, pieceLength(header, missing))).toEqual(pieces[missing]);
    }),
    { numRuns: 30 },
  );
});

test('an empty or oversized chunk is not cut', async () => {
  await expect(cut(new Uint8Array(0))).rejects.toThrow(RangeError);
  await expect(cut(new Uint8Array(MAX_CHUNK_BYTES + 1))).rejects.toThrow(RangeError);
});

test('headers out of bounds are not read', async () => {
  expect(decodeHeader(new Uint8Array(0))).toBeNull();
  expect(decodeHeader(new Uint8Array(SIGNATURE_BYTES))).toBeNull();
  expect(decodeHeader(new Uint8Array(4_000))).toBeNull();
  expect(decodeHeader((await cut(new Uint8Array(9), 'x'.repeat(65))).header.encoded)).toBeNull();
  for (const { encoded } of [...HEADERS, END]) {
    for (let length = 0; length < encoded.length; length++)
      expect(decodeHeader(encoded.subarray(0, length))).toBeNull();
    expect(decodeHeader(new Uint8Array([...encoded, 0]))).toBeNull();
  }
});

test('a header that was altered is not read, or differs', () => {
  const header = fc.constantFrom(...HEADERS, END);
  fc.assert(
    fc.property(header, fc.nat(), fc.nat(7), (original, place, bit) => {
      const encoded = original.encoded.slice();
      const at = place % encoded.length;
      encoded[at] = (encoded[at] ?? 0) ^ (1 << bit);
      const altered = decodeHeader(encoded);
      if (!altered) return;
      expect(sameHeader(altered, original)).toBe(false);
      expect(altered.pieces).toBeLessThanOrEqual(MAX_PIECES);
      expect(altered.hashes.length).toBe(altered.pieces * 16);
    }),
    { numRuns: 1_000 },
  );
});
