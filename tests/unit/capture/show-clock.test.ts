import { describe, expect, it } from 'vitest';
import { SourceClock } from '../../../src/adapters/capture/show-clock.ts';

/** A show's clock that stands where it is put. */
const clockAt = (nowMs: number) => ({ now: nowMs, nowMs: () => clock.now });
const clock = clockAt(0);

describe('SourceClock', () => {
  it('lets the quickest arrival say what now is', () => {
    const source = new SourceClock(clock);
    clock.now = 1000; // the first frame was held up by 200 ms
    expect(source.showUs(5_000_000)).toBe(1_000_000);
    clock.now = 1033;
    expect(source.showUs(5_233_000)).toBe(1_033_000);
    clock.now = 1080; // a late one keeps its time
    expect(source.showUs(5_266_000)).toBeCloseTo(1_066_000, -2);
  });

  it.each([0.9995, 1.0005])('stays with a source whose clock runs at %f', (speed) => {
    const source = new SourceClock(clock);
    let shown = 0;
    for (let ms = 0; ms < 3_600_000; ms += 33) {
      clock.now = ms + (ms % 5); // arrival jitters
      shown = source.showUs(ms * speed * 1000) / 1000;
    }
    expect(Math.abs(shown - clock.now)).toBeLessThan(10);
  });

  it('finds back where a source that counts its samples loses some, and is not misled by a busy moment', () => {
    const source = new SourceClock(clock, true);
    const buffer = (nowMs: number, timestampMs: number): number => {
      clock.now = nowMs;
      return source.showUs(timestampMs * 1000) / 1000;
    };
    let timestampMs = 0;
    for (; timestampMs < 3_000; timestampMs += 100) buffer(timestampMs, timestampMs);
    // Half a second in which the page is busy: all of it comes late, and belongs where it was.
    for (; timestampMs < 3_500; timestampMs += 100) expect(buffer(3_600, timestampMs)).toBeCloseTo(timestampMs, -1);
    for (; timestampMs < 6_000; timestampMs += 100)
      expect(buffer(timestampMs, timestampMs)).toBeCloseTo(timestampMs, -1);
    // From now on 400 ms of samples are missing.
    const shown: number[] = [];
    for (; timestampMs < 9_000; timestampMs += 100) shown.push(buffer(timestampMs + 400, timestampMs) - clock.now);
    expect(shown[0]).toBeCloseTo(-400, -1);
    expect(shown.slice(22).every((late) => Math.abs(late) < 10)).toBe(true);
  });
});
