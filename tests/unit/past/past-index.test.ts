import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newShowKey, signerOf } from '../../../src/adapters/keys/show-key.ts';
import { createVerification } from '../../../src/adapters/keys/verification.ts';
import { Transfer } from '../../../src/app/past/transfer.ts';
import { cutChunk, joinPieces } from '../../../src/core/chunk.ts';
import { isGenuine, type PastRun, readIndex, signIndex } from '../../../src/core/past/past-index.ts';
import { PART_BYTES } from '../../../src/core/past/past-wire.ts';
import type { RecordedChunk } from '../../../src/core/recording/chunk-group.ts';
import { Verifier } from '../../../src/core/verifier.ts';

const crypto = createVerification();
const signer = signerOf(await newShowKey());
const other = signerOf(await newShowKey());
const { publicKey } = signer;

const run: PastRun = { epochS: 9, sequence: 40, startMs: 0, endMs: 1_000, shiftMs: -345, bytes: 5_000, codecs: 'avc1' };
const runs = [run, { ...run, sequence: 50, startMs: 1_000, endMs: 2_000 }, { ...run, epochS: 12, codecs: 'vp09' }];
const show = { epochS: 13, isOver: true, runs };
const read = (index: Uint8Array, streamId = 'show', key = publicKey) =>
  readIndex(index, streamId, key, (...signed) => crypto.verify(...signed));

async function chunksOf(by = signer, sequence = 40): Promise<RecordedChunk[]> {
  const chunks = [0, 1, 2].map(async (at) => {
    const kind = at === 0 ? ('key' as const) : ('delta' as const);
    const bytes = Uint8Array.from({ length: 70_000 }, (_, byte) => (byte * (at + 3)) % 251);
    const media = { kind, captureMs: at * 100, durationMs: 100, codecs: kind === 'key' ? 'avc1' : '', bytes };
    const place = { streamId: 'show', epochS: 9, sequence: sequence + at, sinceKey: at, viewers: 1 };
    const { header, pieces } = await cutChunk(media, place, by, (part) => crypto.hash(part));
    return { header, bytes: joinPieces(header, pieces) };
  });
  return Promise.all(chunks);
}

describe('an index', () => {
  it('comes out as its host signed it', async () => {
    expect(await read(await signIndex(show, 'show', signer))).toEqual(show);
    const soFar = { ...show, isOver: false };
    expect(await read(await signIndex(soFar, 'show', signer))).toEqual(soFar);
  });

  it('of another show, of another host, changed or empty is none', async () => {
    const index = await signIndex(show, 'show', signer);
    expect(await read(index, 'shoe')).toBeNull();
    expect(await read(await signIndex(show, 'show', other))).toBeNull();
    expect(await read(await signIndex({ ...show, runs: [] }, 'show', signer))).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: index.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = index.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(await read(changed)).toBeNull();
      }),
      { numRuns: 50 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        expect(await read(bytes)).toBeNull();
      }),
    );
  });
});

describe('a run', () => {
  const genuine = (chunks: readonly RecordedChunk[]) => isGenuine(chunks, run, new Verifier('show', publicKey, crypto));

  it('is genuine as its host published it, from its first chunk on', async () => {
    const chunks = await chunksOf();
    expect(await genuine(chunks)).toBe(true);
    expect(await genuine(chunks.slice(1))).toBe(false);
    expect(await genuine([])).toBe(false);
    expect(await genuine([...chunks].reverse())).toBe(false);
    expect(await genuine(await chunksOf(signer, 41))).toBe(false);
  });

  it('of somebody else, or with one byte changed, is not', async () => {
    expect(await genuine(await chunksOf(other))).toBe(false);
    const chunks = await chunksOf();
    for (const at of [0, 17_500, 69_999]) {
      const bytes = chunks[2]?.bytes.slice() ?? new Uint8Array();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(await genuine(chunks.map((chunk, index) => (index === 2 ? { ...chunk, bytes } : chunk)))).toBe(false);
    }
  });
});

describe('a transfer', () => {
  const bytes = Uint8Array.from({ length: 2 * PART_BYTES + 7 }, (_, at) => at % 250);
  const partAt = (at: number) => ({
    ...{ type: 'part' as const, run: 0, at, total: bytes.length },
    bytes: bytes.subarray(at, at + PART_BYTES),
  });

  it('is whole when all parts have come, in any order', () => {
    const transfer = new Transfer((total) => total === bytes.length);
    for (const at of [2 * PART_BYTES, 0]) expect(transfer.take(partAt(at))).toBe(true);
    expect(transfer.whole).toBeNull();
    expect(transfer.take(partAt(PART_BYTES))).toBe(true);
    expect(transfer.whole).toEqual(bytes);
  });

  it('takes nothing twice, nothing between two places, and nothing of another length', () => {
    const transfer = new Transfer((total) => total === bytes.length);
    expect(transfer.take(partAt(0))).toBe(true);
    expect(transfer.take(partAt(0))).toBe(false);
    expect(transfer.take(partAt(5))).toBe(false);
    expect(transfer.take({ ...partAt(PART_BYTES), total: bytes.length + 1 })).toBe(false);
    expect(transfer.take({ ...partAt(PART_BYTES), bytes: new Uint8Array(3) })).toBe(false);
    expect(new Transfer(() => false).take(partAt(0))).toBe(false);
  });
});
