import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideSupply, startSupply, type Supply, type SupplyReport } from '../../../src/core/supply.ts';

const WISH_BPS = 2_000_000;
const STEP_MS = 250;
const FULL: SupplyReport = { viewers: 20, reached: 20, whole: 20, hasRoom: false };
const ROOMY: SupplyReport = { ...FULL, hasRoom: true };
const SHORT: SupplyReport = { ...FULL, reached: 14, whole: 14 };

/** The same report for so long. */
function after(supply: Supply, report: SupplyReport, forMs: number): Supply {
  const endMs = supply.lastMs + forMs;
  let next = supply;
  while (next.lastMs < endMs) {
    const targetBps = Math.min(WISH_BPS, next.ceilingBps);
    next = decideSupply(next, report, WISH_BPS, targetBps, next.lastMs + STEP_MS);
  }
  return next;
}

/** Everybody has been there for long enough. */
const watched = (): Supply => after(startSupply(0), FULL, 40_000);
const fallen = (): Supply => after(watched(), SHORT, 3_500);

test('a crowd that is short for long gets what it is supplied with, and no less for a moment of it', () => {
  expect(after(watched(), SHORT, 2_500).ceilingBps).toBe(Infinity);
  expect(fallen().ceilingBps).toBeCloseTo(0.7 * WISH_BPS, -2);
  expect(after(watched(), { ...SHORT, reached: 2, whole: 2 }, 3_500).ceilingBps).toBeCloseTo(0.45 * WISH_BPS);
});

test('one viewer alone, or a few of many, may have reasons of their own', () => {
  expect(after(startSupply(0), { viewers: 3, reached: 2, whole: 2, hasRoom: false }, 60_000).ceilingBps).toBe(Infinity);
  expect(after(startSupply(0), { viewers: 200, reached: 200, whole: 175, hasRoom: false }, 60_000).ceilingBps).toBe(
    Infinity,
  );
});

test('it goes on falling while the crowd stays short, to a quarter at most: whoever is believed may lie', () => {
  expect(after(fallen(), SHORT, 3_500).ceilingBps).toBeCloseTo(0.49 * WISH_BPS, -2);
  expect(after(fallen(), SHORT, 60_000).ceilingBps).toBeCloseTo(0.25 * WISH_BPS);
});

test('newcomers count by and by: they have only just begun to look', () => {
  let supply = startSupply(0);
  // Three more in each second, each of whom needs a second and a half.
  for (let nowMs = STEP_MS; nowMs <= 20_000; nowMs += STEP_MS) {
    const viewers = Math.floor((3 * nowMs) / 1000);
    const reached = Math.max(0, (3 * (nowMs - 1_500)) / 1000);
    supply = decideSupply(supply, { viewers, reached, whole: reached, hasRoom: false }, WISH_BPS, WISH_BPS, nowMs);
  }
  expect(supply.ceilingBps).toBe(Infinity);
});

test('where there is room, newcomers only have to find it', () => {
  expect(after(startSupply(0), { ...SHORT, hasRoom: true }, 60_000).ceilingBps).toBe(Infinity);
});

test('a show that reaches all and comes whole to few is too much as well, after a little longer', () => {
  const broken = { ...FULL, whole: 14 };
  expect(after(watched(), broken, 4_500).ceilingBps).toBe(Infinity);
  expect(after(watched(), broken, 5_500).ceilingBps).toBeCloseTo(0.7 * WISH_BPS, -3);
});

test('where most are reached by nothing, room is of no use either', () => {
  const starving = { viewers: 20, reached: 6, whole: 2, hasRoom: true };
  expect(after(watched(), starving, 3_500).ceilingBps).toBeCloseTo(0.45 * WISH_BPS);
});

test('it does not rise while some do not have all of it, though too few to bring it down', () => {
  const uneasy = { ...FULL, whole: 18 };
  expect(after(fallen(), uneasy, 60_000).ceilingBps).toBe(fallen().ceilingBps);
});

test('viewers who leave do not make the show coarser for those who stay', () => {
  for (const left of [2, 10, 12]) {
    const fewer = { viewers: left, reached: left, whole: left, hasRoom: false };
    expect(after(watched(), fewer, 60_000).ceilingBps).toBe(Infinity);
  }
});

test('with room it rises soon, without only after long, and slowly', () => {
  expect(after(fallen(), ROOMY, 4_000).ceilingBps).toBe(fallen().ceilingBps);
  expect(after(fallen(), ROOMY, 24_000).ceilingBps).toBe(Infinity);
  expect(after(fallen(), FULL, 19_000).ceilingBps).toBe(fallen().ceilingBps);
  expect(after(fallen(), FULL, 25_000).ceilingBps).toBeGreaterThan(fallen().ceilingBps);
  expect(after(fallen(), FULL, 50_000).ceilingBps).toBeLessThan(0.85 * WISH_BPS);
});

test('a rise without room that proves too much is tried again after twice as long', () => {
  const again = after(after(fallen(), FULL, 24_000), SHORT, 3_500);
  expect(after(again, FULL, 35_000).ceilingBps).toBe(again.ceilingBps);
  expect(after(again, FULL, 45_000).ceilingBps).toBeGreaterThan(again.ceilingBps);
});

test('it stays within its bounds, whatever is reported', () => {
  const count = fc.nat(1_000_000);
  const report = fc.record({ viewers: count, reached: count, whole: count, hasRoom: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.tuple(report, fc.integer({ min: 0, max: 60_000 })), { maxLength: 60 }), (reports) => {
      let supply = startSupply(0);
      for (const [next, pauseMs] of reports) {
        const targetBps = Math.min(WISH_BPS, supply.ceilingBps);
        supply = decideSupply(supply, next, WISH_BPS, targetBps, supply.lastMs + pauseMs);
        expect(supply.ceilingBps).toBeGreaterThanOrEqual(0.25 * WISH_BPS);
      }
    }),
  );
});
