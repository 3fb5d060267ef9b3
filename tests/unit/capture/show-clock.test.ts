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
});
