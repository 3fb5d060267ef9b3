import { expect, test } from 'vitest';
import { chatShow } from './chat-show.ts';

test('sixty pages have one room, however they come, and again after the network fell in two', async () => {
  const { delayMs, joinedMs, islandsMs, mostLinks, cutOff } = await chatShow(60, 1);
  expect(delayMs.p95).toBeLessThan(1_000);
  expect(Math.max(...Object.values(joinedMs))).toBeLessThan(15_000);
  expect(islandsMs).toBeLessThan(30_000);
  expect(mostLinks).toBeLessThanOrEqual(6);
  expect(cutOff).toBe(0);
}, 300_000);
