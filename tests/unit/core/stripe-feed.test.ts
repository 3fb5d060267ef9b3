import { expect, test } from 'vitest';
import { StripeFeed } from '../../../src/core/mesh/stripe-feed.ts';

const CHUNK_MS = 100;

/** A stripe whose parent was just taken, in a show that goes on. */
function taken() {
  let nowMs = 10_000;
  const newest = () => nowMs / CHUNK_MS;
  const feed = new StripeFeed(250, newest);
  feed.take('parent', newest(), nowMs);
  return {
    feed,
    at: (ms: number, claims = true, isHost = false): boolean => {
      nowMs = 10_000 + ms;
      return feed.hasFailed(claims, isHost, nowMs);
    },
    push: (ms: number): void => {
      nowMs = 10_000 + ms;
      feed.pushed(newest(), [1], 0, nowMs);
    },
  };
}

test('whoever agreed to push and pushes nothing has failed before the picture is missed', () => {
  const { at } = taken();
  expect(at(500)).toBe(false);
  expect(at(700)).toBe(true);
});

test('the host is given time: what comes late from there comes later still from anyone else', () => {
  const { at } = taken();
  expect(at(700, true, true)).toBe(false);
  expect(at(2_100, true, true)).toBe(true);
});

test('one that says that it has nothing itself is given time: it is looking for it', () => {
  const { at } = taken();
  expect(at(700, false)).toBe(false);
  expect(at(2_100, false)).toBe(true);
});

test('one that has pushed before is given time: all may be late', () => {
  const { at, push } = taken();
  push(150);
  expect(at(1_900)).toBe(false);
  expect(at(2_100)).toBe(true);
});
