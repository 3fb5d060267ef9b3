import { beforeEach, expect, it, vi } from 'vitest';
import { createShowMemory } from '../../src/adapters/show-memory.ts';

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

const SHOW = { streamId: 'show', sinceMs: 500, bitsPerSecond: 8_000_000, viewers: 40 };

it('recalls for ten minutes what the line carried and how many watched', () => {
  createShowMemory(() => 1_000).remember(SHOW);
  expect(createShowMemory(() => 500_000).recall()).toEqual(SHOW);
  expect(createShowMemory(() => 700_000).recall()).toBeNull();
  expect(createShowMemory(() => 0).recall()).toBeNull();
});

it('knows after the end only what the line carried', () => {
  const memory = createShowMemory(() => 1_000);
  memory.remember(SHOW);
  memory.end();
  expect(memory.recall()).toEqual({ ...SHOW, streamId: '' });
});

it('is written every five seconds at most', () => {
  let nowMs = 1_000;
  const memory = createShowMemory(() => nowMs);
  memory.remember(SHOW);
  memory.remember({ ...SHOW, viewers: 41 });
  expect(memory.recall()?.viewers).toBe(40);
  nowMs = 6_000;
  memory.remember({ ...SHOW, bitsPerSecond: null, viewers: 42 });
  expect(memory.recall()).toEqual({ ...SHOW, bitsPerSecond: null, viewers: 42 });
});

it.each(['', 'null', '7', '{}', '{"bitsPerSecond":8000000,"viewers":3}', '{"atMs":"soon"}', '{"atMs":9}'])(
  'recalls nothing of %j',
  (found) => {
    stored = found;
    expect(createShowMemory(() => 2).recall()).toBeNull();
  },
);

it.each([
  '{"bitsPerSecond":"8000000","viewers":"3","atMs":1}',
  '{"streamId":7,"sinceMs":3,"bitsPerSecond":5,"viewers":-1,"atMs":1}',
  '{"bitsPerSecond":1e12,"viewers":1e300,"atMs":1}',
])('believes no figure of %j', (found) => {
  stored = found;
  expect(createShowMemory(() => 2).recall()).toEqual({ streamId: '', sinceMs: 2, bitsPerSecond: null, viewers: 0 });
});

it('lives without storage', () => {
  vi.stubGlobal('localStorage', undefined);
  const memory = createShowMemory(() => 0);
  memory.remember(SHOW);
  expect(memory.recall()).toBeNull();
});
