import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideBitrate, LOWEST_BITRATE, startBitrate } from '../../src/core/bitrate.ts';
import type { BitrateState, UplinkReport } from '../../src/core/bitrate.ts';

const WISH = 2_000_000;
const CALM: UplinkReport = { wishBps: WISH, uplinkBps: null, crowdBps: Infinity, backlogMs: 0, droppedShare: 0 };
const JAM: UplinkReport = { ...CALM, backlogMs: 301 };
const STEP_MS = 250;

/** Four reports a second. */
function run(state: BitrateState, report: UplinkReport, forMs: number): BitrateState {
  let now = state.lastMs;
  let after = state;
  for (const end = now + forMs; now < end;) {
    now += STEP_MS;
    after = decideBitrate(after, report, now);
  }
  return after;
}

describe('decideBitrate', () => {
  it('stays at the wish while all is calm', () => {
    expect(run(startBitrate(WISH, 0), CALM, 60_000).targetBps).toBe(WISH);
  });

  it.each([
    ['the queues', JAM],
    ['lost frames', { ...CALM, droppedShare: 0.06 }],
  ])('falls at the first sign of trouble: %s', (_, report) => {
    expect(decideBitrate(startBitrate(WISH, 0), report, STEP_MS).targetBps).toBeCloseTo(WISH * 0.7);
  });

  it('falls at most once a second', () => {
    const fallen = run(startBitrate(WISH, 0), JAM, 1000);
    expect(fallen.targetBps).toBeCloseTo(WISH * 0.7);
    expect(run(fallen, JAM, 250).targetBps).toBeCloseTo(WISH * 0.49);
  });

  it('falls right below a measured uplink that is too tight, and stays there', () => {
    const report = { ...CALM, uplinkBps: 1_000_000 };
    const fallen = decideBitrate(startBitrate(WISH, 0), report, STEP_MS);
    expect(fallen.targetBps).toBeCloseTo(1_000_000 / 1.15);
    expect(run(fallen, report, 60_000).targetBps).toBeCloseTo(1_000_000 / 1.15);
  });

  it('leaves an uplink with 10 % to spare alone', () => {
    expect(run(startBitrate(WISH, 0), { ...CALM, uplinkBps: 1.1 * WISH }, 10_000).targetBps).toBe(WISH);
  });

  it('returns after five calm seconds, five per cent a second, up to the wish', () => {
    const fallen = run(startBitrate(WISH, 0), JAM, 500);
    const before = run(fallen, CALM, 4500);
    expect(before.targetBps).toBe(fallen.targetBps);
    expect(run(before, CALM, 2000).targetBps / fallen.targetBps).toBeCloseTo(1.05 ** 2, 1);
    expect(run(before, CALM, 10_000).targetBps).toBe(WISH);
  });

  it('does not leap up when the page was frozen meanwhile', () => {
    const fallen = run(startBitrate(WISH, 0), JAM, 500);
    expect(decideBitrate(fallen, CALM, 3_600_000).targetBps).toBeLessThanOrEqual(fallen.targetBps * 1.05);
  });

  it('ends at the floor, or at a wish below it', () => {
    expect(run(startBitrate(WISH, 0), JAM, 60_000).targetBps).toBe(LOWEST_BITRATE);
    const modest = { ...JAM, wishBps: 100_000 };
    expect(run(startBitrate(100_000, 0), modest, 60_000).targetBps).toBe(100_000);
  });

  it('follows a wish that is lowered at once', () => {
    expect(decideBitrate(startBitrate(WISH, 0), { ...CALM, wishBps: 500_000 }, STEP_MS).targetBps).toBe(500_000);
  });

  it('never leaves its bounds, whatever is reported', () => {
    const report = fc.record({
      wishBps: fc.integer({ min: 50_000, max: 20_000_000 }),
      uplinkBps: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
      crowdBps: fc.oneof(fc.constant(Infinity), fc.double({ min: 0, max: 1e9, noNaN: true })),
      backlogMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      droppedShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 50 }), (reports) => {
        let state = startBitrate(WISH, 0);
        reports.forEach((next, index) => {
          state = decideBitrate(state, next, (index + 1) * STEP_MS);
          expect(state.targetBps).toBeLessThanOrEqual(next.wishBps);
          expect(state.targetBps).toBeGreaterThanOrEqual(Math.min(LOWEST_BITRATE, next.wishBps));
        });
      }),
    );
  });
});
