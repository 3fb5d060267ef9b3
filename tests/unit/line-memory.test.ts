import { beforeEach, expect, it, vi } from 'vitest';
import { createLineMemory } from '../../src/adapters/line-memory.ts';

/** A page's storage in node: unlike a browser's it is never full and never refused. */
let stored: string | null = null;
beforeEach(() => {
  stored = null;
  vi.stubGlobal('localStorage', {
    getItem: () => stored,
    setItem: (_key: string, value: string) => (stored = value),
  });
  return () => vi.unstubAllGlobals();
});

it('recalls for ten minutes what the line carried', () => {
  createLineMemory(() => 1_000).remember(8_000_000);
  expect(createLineMemory(() => 500_000).recall()).toBe(8_000_000);
  expect(createLineMemory(() => 700_000).recall()).toBeNull();
  expect(createLineMemory(() => 0).recall()).toBeNull();
});

it('is written every five seconds at most', () => {
  let nowMs = 0;
  const memory = createLineMemory(() => nowMs);
  memory.remember(4_000_000);
  memory.remember(5_000_000);
  expect(memory.recall()).toBe(4_000_000);
  nowMs = 5_000;
  memory.remember(6_000_000);
  expect(memory.recall()).toBe(6_000_000);
});

it.each([
  '',
  'null',
  '7',
  '{}',
  '{"bitsPerSecond":"8000000","atMs":1}',
  '{"bitsPerSecond":5,"atMs":1}',
  '{"bitsPerSecond":1e12,"atMs":1}',
  '{"bitsPerSecond":8000000}',
])('believes nothing of %j', (found) => {
  stored = found;
  expect(createLineMemory(() => 2).recall()).toBeNull();
});

it('lives without storage', () => {
  vi.stubGlobal('localStorage', undefined);
  const memory = createLineMemory(() => 0);
  memory.remember(8_000_000);
  expect(memory.recall()).toBeNull();
});
