import { expect, test } from 'vitest';
import { type LineGuess, LineProbe, TRAIN_BYTES } from '../../../src/core/mesh/line-probe.ts';

/** What a train takes on a line of so many Mbit/s, ms. */
const tookMs = (megabits: number): number => (TRAIN_BYTES * 8) / (megabits * 1_000);

/** Sends trains to one neighbour after the other; each answer says when head and tail came, and how long both waited. */
function setUp() {
  const probe = new LineProbe();
  let sent = 0;
  return {
    probe,
    answer: (apartMs: number, waitedMs = apartMs): LineGuess | null => {
      const peerId = `neighbour ${sent}`;
      const nowMs = (sent += 1) * 1_000;
      if (!probe.begins(peerId, nowMs)) return null;
      probe.headCame(peerId, nowMs, 50_000);
      return probe.tailCame(peerId, nowMs, 50_000 + apartMs, waitedMs);
    },
  };
}

test('the second best of the answers counts', () => {
  const { answer } = setUp();
  expect(answer(tookMs(6))).toBeNull();
  const guess = answer(tookMs(10));
  expect(guess?.bitsPerSecond).toBeGreaterThan(4_500_000);
  expect(guess?.bitsPerSecond).toBeLessThan(6_000_000);
  expect(guess?.isSure).toBe(false);
});

test('a thin line is known for sure when three answers are alike', () => {
  const { answer } = setUp();
  answer(tookMs(2.4));
  answer(tookMs(2.5));
  const guess = answer(tookMs(2.2));
  expect(guess?.isSure).toBe(true);
  expect(guess?.bitsPerSecond).toBeLessThan(2_400_000);
});

test('answers that differ tell of chance: the line may carry more', () => {
  const { answer } = setUp();
  answer(tookMs(4));
  answer(tookMs(2));
  expect(answer(tookMs(1))?.isSure).toBe(false);
});

test('a busy page reads head and tail at once: what the train waited counts then', () => {
  const { answer } = setUp();
  answer(0, tookMs(5));
  expect(answer(0, tookMs(5))?.bitsPerSecond).toBeLessThan(5_000_000);
});

test('a queue in front of both says nothing about the line, and no train shows more than 20 Mbit/s', () => {
  const { answer } = setUp();
  answer(tookMs(300), 0);
  expect(answer(tookMs(300), 0)?.bitsPerSecond).toBe(20_000_000);
});

test('one train at a time, two to each neighbour, eight in all; the next one goes without an answer after a while', () => {
  const probe = new LineProbe();
  expect(probe.begins('a', 1_000)).toBe(true);
  expect(probe.begins('b', 1_100)).toBe(false);
  expect(probe.begins('a', 1_700)).toBe(true);
  expect(probe.begins('a', 2_400)).toBe(false);
  let more = 0;
  for (let at = 0; at < 20; at++) if (probe.begins(`other ${at}`, 10_000 + at * 700)) more += 1;
  expect(more).toBe(6);
});

test('what nobody sent tells nothing', () => {
  const probe = new LineProbe();
  probe.begins('a', 1_000);
  expect(probe.tailCame('b', 1_000, 50_000, 1)).toBeNull();
  expect(probe.tailCame('a', 999, 50_000, 1)).toBeNull();
  expect(probe.tailCame('a', 1_000, 50_000, 1)).toBeNull(); // its head was never heard
});
