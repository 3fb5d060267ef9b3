import { expect, test } from 'vitest';
import { Interests } from '../../../src/core/mesh/interests.ts';

test('who asked for a piece before it was here gets it when it comes, and nobody else', () => {
  const interests = new Interests();
  interests.add('one', 12, [3, 8], 11, 1_000);
  interests.add('two', 12, [4], 11, 1_000);
  expect(interests.waitingFor(12, 3, 1_100)).toEqual(['one']);
  expect(interests.waitingFor(12, 4, 1_100)).toEqual(['two']);
  expect(interests.waitingFor(12, 5, 1_100)).toEqual([]);
  expect(interests.waitingFor(13, 3, 1_100)).toEqual([]);
});

test('questions about the same chunk are one, and one for the whole chunk holds for every piece', () => {
  const interests = new Interests();
  interests.add('one', 12, [3], 11, 1_000);
  interests.add('one', 12, [3, 4], 11, 1_200);
  expect(interests.waitingFor(12, 3, 1_600)).toEqual(['one']);
  expect(interests.waitingFor(12, 4, 1_600)).toEqual(['one']);
  interests.add('one', 12, [], 11, 1_600);
  expect(interests.waitingFor(12, 9, 1_700)).toEqual(['one']);
});

test('what comes too late to be of use goes to nobody', () => {
  const interests = new Interests();
  interests.add('one', 12, [3], 11, 1_000);
  expect(interests.waitingFor(12, 3, 1_500)).toEqual(['one']);
  expect(interests.waitingFor(12, 3, 1_501)).toEqual([]);
});

test('only chunks about the one that is on air are waited for', () => {
  const interests = new Interests();
  for (const sequence of [95, 96, 107, 108]) interests.add('one', sequence, [], 100, 1_000);
  const waited = [95, 96, 107, 108].filter((sequence) => interests.waitingFor(sequence, 0, 1_000).length > 0);
  expect(waited).toEqual([96, 107]);
});

test('one neighbour cannot take the places of the others, nor all of them more than there are', () => {
  const interests = new Interests();
  for (let ask = 0; ask < 1_000; ask++) interests.add('flooder', 96 + (ask % 12), [ask % 5], 100, 1_000);
  for (let peer = 0; peer < 200; peer++) interests.add(`peer ${peer}`, 101, [0], 100, 1_000);
  const sequences = Array.from({ length: 12 }, (_, at) => 96 + at);
  const waiting = sequences.flatMap((sequence) => interests.waitingFor(sequence, sequence === 101 ? 0 : 1, 1_000));
  expect(interests.waitingFor(101, 0, 1_000).filter((peerId) => peerId !== 'flooder').length).toBeGreaterThan(80);
  expect(waiting.filter((peerId) => peerId === 'flooder').length).toBeLessThanOrEqual(8);
  expect(sequences.flatMap((sequence) => interests.waitingFor(sequence, 0, 1_000)).length).toBeLessThanOrEqual(96);
});
