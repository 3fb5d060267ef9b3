import { expect, test } from 'vitest';
import { newPortableKey, newShowKey, signerOf } from '../../../src/adapters/keys/show-key.ts';
import { createVerification } from '../../../src/adapters/keys/verification.ts';
import { type ChunkHeader, type CutChunk, cutChunk, decodeHeader } from '../../../src/core/chunk.ts';
import type { Verification } from '../../../src/core/identity.ts';
import { Verifier } from '../../../src/core/verifier.ts';

const real = createVerification();
const key = await newShowKey();
const signer = signerOf(key);

/** The real thing, counting its work. */
function counted(): Verification & { checks: number } {
  const counting = {
    checks: 0,
    hash: (bytes: Uint8Array) => real.hash(bytes),
    verify: (...args: Parameters<Verification['verify']>) => {
      counting.checks += 1;
      return real.verify(...args);
    },
  };
  return counting;
}

async function chunk(sequence: number, by = signer, streamId = 'show'): Promise<CutChunk> {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, at) => (at + sequence) % 256);
  const media = { kind: 'key', captureMs: sequence * 100, durationMs: 100, codecs: 'opus', bytes } as const;
  return cutChunk(media, { streamId, epochS: 1_700_000_000, sequence, sinceKey: 0, viewers: 1 }, by, (part) =>
    real.hash(part),
  );
}

/** The same header with one byte changed. */
function altered({ encoded }: ChunkHeader, at: number): ChunkHeader {
  const bytes = encoded.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const header = decodeHeader(bytes);
  if (!header) throw new Error('altered beyond reading');
  return header;
}

const verifier = (crypto: Verification = real, streamId = 'show') => new Verifier(streamId, key.publicKey, crypto);

test("the host's chunk is taken, piece by piece", async () => {
  const { header, pieces } = await chunk(1);
  const check = verifier();
  expect(await check.header(header)).toBe(true);
  for (const [index, bytes] of pieces.entries()) expect(check.piece(header, index, bytes)).toBe(true);
});

test('an altered, swapped, short or long piece is not', async () => {
  const { header, pieces } = await chunk(1);
  const [first = new Uint8Array(), second = new Uint8Array()] = pieces;
  const check = verifier();
  const bad = first.slice();
  bad[3] = (bad[3] ?? 0) ^ 1;
  expect(check.piece(header, 0, bad)).toBe(false);
  expect(check.piece(header, 0, second)).toBe(false);
  expect(check.piece(header, 0, first.subarray(1))).toBe(false);
  expect(check.piece(header, 0, new Uint8Array([...first, 0]))).toBe(false);
});

test('a header that was altered, of another stream or by another key is not', async () => {
  const { header } = await chunk(5);
  const end = header.encoded.length - 1;
  for (const at of [1, 2, end - 100, end]) expect(await verifier().header(altered(header, at))).toBe(false);
  expect(await verifier(real, 'another').header(header)).toBe(false);
  const stranger = signerOf(await newPortableKey());
  expect(await verifier().header((await chunk(5, stranger)).header)).toBe(false);
});

test('the pieces of one chunk cost one check, early and late', async () => {
  const crypto = counted();
  const check = verifier(crypto);
  const { header } = await chunk(1);
  const copy = (): ChunkHeader => decodeHeader(header.encoded.slice()) ?? header;
  expect(await Promise.all([check.header(copy()), check.header(copy()), check.header(copy())])).toEqual([
    true,
    true,
    true,
  ]);
  expect(await check.header(copy())).toBe(true);
  expect(crypto.checks).toBe(1);
});

test('a forged header neither passes for the real one, nor blocks it, nor pushes it out', async () => {
  const crypto = counted();
  const check = verifier(crypto);
  const { header } = await chunk(1);
  const forged = altered(header, header.encoded.length - 1);
  const [first, second] = await Promise.all([check.header(forged), check.header(header)]);
  expect([first, second]).toEqual([false, true]);
  expect(await check.header(forged)).toBe(false);
  const before = crypto.checks;
  for (let at = 0; at < 150; at++) await check.header(altered(header, header.encoded.length - 1 - (at % 60)));
  expect(crypto.checks).toBe(before + 150);
  expect(await check.header(header)).toBe(true);
  expect(crypto.checks).toBe(before + 150);
});

test('only the latest headers are remembered', async () => {
  const crypto = counted();
  const check = verifier(crypto);
  const { header } = await chunk(0);
  await check.header(header);
  for (let sequence = 1; sequence <= 100; sequence++) await check.header((await chunk(sequence)).header);
  expect(crypto.checks).toBe(101);
  await check.header(header);
  expect(crypto.checks).toBe(102);
});
