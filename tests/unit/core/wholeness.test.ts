import { expect, test } from 'vitest';
import type { ChunkHeader } from '../../../src/core/chunk.ts';
import { ChunkStore } from '../../../src/core/mesh/chunk-store.ts';
import { Wholeness } from '../../../src/core/mesh/wholeness.ts';
import { HEADERS } from './wire-arbitraries.ts';

const [first] = HEADERS;
if (!first) throw new Error('no header');
const header: ChunkHeader = { ...first, sinceKey: 0 };

/** A chunk each 100 ms, of which those come whole that `isWhole` says. */
function watched(chunks: number, isWhole: (sequence: number) => boolean) {
  const store = new ChunkStore();
  const wholeness = new Wholeness();
  for (let sequence = 0; sequence < chunks; sequence++) {
    const nowMs = sequence * 100;
    // Of one that is not whole nothing comes but what shows that it is about.
    const last = isWhole(sequence) ? header.pieces : 1;
    const of = { ...header, pieces: header.pieces, sequence };
    for (let index = 0; index < last; index++) store.add(of, index, new Uint8Array(1), [], nowMs);
    wholeness.look(store, nowMs);
  }
  return { store, wholeness };
}

test('a show of which all comes is whole, once there was time for it to come', () => {
  expect(watched(3, () => true).wholeness.isWhole).toBe(false);
  expect(watched(10, () => true).wholeness.isWhole).toBe(true);
});

test('one chunk of twenty may be missing, two may not', () => {
  expect(watched(60, (sequence) => sequence % 20 !== 7).wholeness.isWhole).toBe(true);
  expect(watched(60, (sequence) => sequence % 10 !== 7).wholeness.isWhole).toBe(false);
});

test('what was missing two seconds ago is forgotten', () => {
  expect(watched(60, (sequence) => sequence > 30).wholeness.isWhole).toBe(true);
});

test('where nothing new comes the show is not whole, and what was missed meanwhile does not count afterwards', () => {
  const { store, wholeness } = watched(40, () => true);
  wholeness.look(store, 3_900 + 2_000);
  expect(wholeness.isWhole).toBe(false);
  for (let sequence = 90; sequence < 100; sequence++) {
    for (let index = 0; index < header.pieces; index++)
      store.add({ ...header, sequence }, index, new Uint8Array(1), [], sequence * 100);
    wholeness.look(store, sequence * 100);
  }
  expect(wholeness.isWhole).toBe(true);
});
