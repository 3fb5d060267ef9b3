import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostClock } from '../../../src/core/mesh/host-clock.ts';

test("the host's own clock is right", () => {
  const clock = new HostClock(true);
  const unixMs = 1_700_000_000_000;
  expect(clock.offsetMs).toBe(0);
  expect(clock.read(unixMs)).toEqual({ hostMs: unixMs, errorMs: 0 });
  expect(clock.read(5)).toEqual({ hostMs: 5, errorMs: 0 });
  clock.learn(0, 1_000_000, 0, 10);
  expect(clock.offsetMs).toBe(0);
});

test('nothing is known before an answer, and that is what others are told', () => {
  const clock = new HostClock(false);
  expect(clock.offsetMs).toBeNull();
  expect(clock.read(0).hostMs).toBeNaN();
  clock.learn(0, Number.NaN, 0, 10);
  expect(clock.offsetMs).toBeNull();
});

test('the offset is within half a round trip, over any chain of hops', () => {
  const delays = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(delays, fc.integer({ min: -1e5, max: 1e5 }), (hops, offset) => {
      let upper = new HostClock(true);
      let nowMs = 1_000_000;
      for (const [there, back] of hops) {
        const clock = new HostClock(false);
        // All viewers share a clock that differs from the host's by `offset`.
        const shift = nowMs === 1_000_000 ? offset : 0;
        const { hostMs, errorMs } = upper.read(nowMs + there + shift);
        clock.learn(nowMs, hostMs, errorMs, nowMs + there + back);
        nowMs += there + back;
        const { hostMs: believed, errorMs: bound } = clock.read(nowMs);
        expect(Math.abs(believed - (nowMs + offset))).toBeLessThanOrEqual(bound + 1e-6);
        upper = clock;
      }
    }),
  );
});

test('a less certain answer does not replace a better one, until that has aged', () => {
  const clock = new HostClock(false);
  clock.learn(0, 1_010, 0, 20);
  expect(clock.offsetMs).toBe(1_000);
  clock.learn(1_000, 9_000, 0, 1_100);
  expect(clock.offsetMs).toBe(1_000);
  clock.learn(1_000_000, 1_003_020, 0, 1_000_040);
  expect(clock.offsetMs).toBe(3_000);
});

test.each([
  ['an answer to a question of the future', 100, 1_000, 0, 50],
  ['a negative error', 0, 1_000, -1, 10],
  ['no error bound', 0, 1_000, Number.NaN, 10],
  ['no time', 0, Number.POSITIVE_INFINITY, 0, 10],
])('%s is not believed', (_, sentMs, hostMs, errorMs, nowMs) => {
  const clock = new HostClock(false);
  clock.learn(sentMs, hostMs, errorMs, nowMs);
  expect(clock.offsetMs).toBeNull();
});
