import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChunkHeader } from '../../../src/core/chunk.ts';
import { Playout } from '../../../src/core/playout.ts';

const BYTES = new Uint8Array(1);

/** A header of a show with a key chunk every ten. */
function header(sequence: number, epochS = 1): ChunkHeader {
  const sinceKey = sequence % 10;
  return {
    kind: sinceKey === 0 ? 'key' : 'delta',
    epochS,
    sequence,
    sinceKey,
    captureMs: sequence * 100,
    durationMs: 100,
    codecs: '',
    viewers: 0,
    byteLength: 1,
    pieces: 4,
    hashes: new Uint8Array(64),
    encoded: BYTES,
  };
}

const take = (playout: Playout, sequence: number, nowMs = 0, epochS = 1): number[] =>
  playout.take(header(sequence, epochS), BYTES, nowMs).map((chunk) => chunk.sequence);

test('chunks in any order are played in order, each once', () => {
  const order = fc.shuffledSubarray(
    Array.from({ length: 30 }, (_, at) => at),
    { minLength: 30 },
  );
  fc.assert(
    fc.property(order, fc.array(fc.nat(29)), (sequences, repeated) => {
      const playout = new Playout();
      const played: number[] = [];
      // The first to come decides where to begin, so the first key chunk goes first.
      for (const sequence of [0, ...sequences, ...repeated]) played.push(...take(playout, sequence));
      expect(played).toEqual(Array.from({ length: 30 }, (_, at) => at));
    }),
  );
});

test('playing begins at a key chunk', () => {
  const playout = new Playout();
  expect(take(playout, 7)).toEqual([]);
  expect(take(playout, 8)).toEqual([]);
  expect(take(playout, 10)).toEqual([10]);
  expect(take(playout, 9)).toEqual([]);
  expect(take(playout, 11)).toEqual([11]);
});

test('a hole is waited for, then jumped over to the next key chunk', () => {
  const playout = new Playout();
  take(playout, 0);
  for (const sequence of [2, 3, 10, 11]) expect(take(playout, sequence, 1_000)).toEqual([]);
  expect(playout.tend(1_400)).toEqual([]);
  expect(playout.tend(1_500).map(({ sequence }) => sequence)).toEqual([10, 11]);
  expect(take(playout, 1, 1_600)).toEqual([]);
  expect(take(playout, 12, 1_600)).toEqual([12]);
});

test('after a long absence nobody waits for what lies between', () => {
  const playout = new Playout();
  take(playout, 0, 1_000);
  take(playout, 1, 1_100);
  expect(take(playout, 35, 4_600)).toEqual([]);
  expect(take(playout, 40, 4_610)).toEqual([40]);
  expect(take(playout, 2, 4_620)).toEqual([]);
  expect(take(playout, 41, 4_700)).toEqual([41]);
});

test('without a later key chunk the hole may still be filled', () => {
  const playout = new Playout();
  take(playout, 0);
  take(playout, 2, 0);
  expect(playout.tend(5_000)).toEqual([]);
  expect(take(playout, 1, 5_001)).toEqual([1, 2]);
});

test('patience starts anew with each hole', () => {
  const playout = new Playout();
  take(playout, 0);
  take(playout, 2, 0);
  expect(take(playout, 1, 400)).toEqual([1, 2]);
  take(playout, 10, 450);
  expect(playout.tend(900)).toEqual([]);
  expect(playout.tend(950).map(({ sequence }) => sequence)).toEqual([10]);
});

test('a later epoch begins again, an earlier one is over', () => {
  const playout = new Playout();
  take(playout, 0);
  take(playout, 5);
  expect(take(playout, 0, 0, 2)).toEqual([0]);
  expect(take(playout, 1, 0, 1)).toEqual([]);
  expect(take(playout, 1, 0, 2)).toEqual([1]);
});

test('the last word is nothing to play', () => {
  const playout = new Playout();
  expect(playout.take({ ...header(0), kind: 'end' }, BYTES, 0)).toEqual([]);
  expect(take(playout, 0)).toEqual([0]);
});

test('what is held back is bounded', () => {
  const playout = new Playout();
  take(playout, 0);
  for (let sequence = 2; sequence < 500; sequence++) take(playout, sequence);
  // Of all that came, the last sixty are left: from the key chunk among them on.
  expect(playout.tend(0)).toEqual([]);
  expect(playout.tend(500).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 60 }, (_, at) => 440 + at));
});
