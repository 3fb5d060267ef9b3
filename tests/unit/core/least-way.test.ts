import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeastWay } from '../../../src/core/mesh/least-way.ts';

/** The other clock is so much ahead, ms. */
const AHEAD_MS = 1e12;
const WAY_MS = 30;

test('what a question waited is told, whatever the clocks say, and the first one counts as quick', () => {
  const way = new LeastWay();
  const heard = (sentMs: number, queueMs: number) =>
    way.waited(sentMs, sentMs + AHEAD_MS + WAY_MS + queueMs, queueMs + 60);
  expect(heard(0, 20)).toBe(0);
  expect(heard(500, 0)).toBe(0);
  expect(heard(1_000, 90)).toBeCloseTo(90, 0);
  expect(heard(1_500, 40)).toBeCloseTo(40, 0);
});

test('a clock that drifts is not taken for a queue that grows', () => {
  const way = new LeastWay();
  let most = 0;
  for (let sentMs = 0; sentMs < 3_600_000; sentMs += 500) {
    most = Math.max(most, way.waited(sentMs, AHEAD_MS + WAY_MS + sentMs * (1 + 5e-5), 100));
  }
  expect(most).toBeLessThan(1);
});

test('whose clock goes back with each answer can hide a short queue, and no long one', () => {
  const way = new LeastWay();
  for (let sentMs = 0; sentMs < 5_000; sentMs += 500) {
    expect(way.waited(sentMs, AHEAD_MS - 1_000 * sentMs, 100)).toBe(0);
    expect(way.waited(sentMs, AHEAD_MS - 1_000 * sentMs - 500, 300)).toBe(150);
  }
});

test('whatever a neighbour says, a wait is neither negative nor longer than was seen here', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(1_000), fc.double(), fc.nat(2_000)), { maxLength: 40 }), (answers) => {
      const way = new LeastWay();
      let nowMs = 0;
      for (const [pauseMs, heardMs, bothMs] of answers) {
        nowMs += pauseMs;
        const waitedMs = way.waited(nowMs, heardMs, bothMs);
        expect(waitedMs).toBeGreaterThanOrEqual(Math.max(0, bothMs - 150));
        expect(waitedMs).toBeLessThanOrEqual(bothMs);
      }
    }),
  );
});
