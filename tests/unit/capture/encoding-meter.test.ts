import { describe, expect, it } from 'vitest';
import { EncodingMeter } from '../../../src/adapters/capture/encoding-meter.ts';

/** Thirty frames a second, every nth dropped; how often the meter complains in the given seconds. */
function complaints(everyNth: number, seconds: number): number {
  const meter = new EncodingMeter();
  let count = 0;
  for (let frame = 0; frame < seconds * 30; frame += 1) {
    const now = (frame * 1000) / 30;
    if (meter.isShort(now)) count += 1;
    meter.countFrame(frame % everyNth === 0 ? 'dropped' : 'encoded', now);
  }
  return count;
}

describe('EncodingMeter', () => {
  it('complains once a window while many frames are dropped, and never about a few', () => {
    expect(complaints(3, 10)).toBe(3);
    expect(complaints(10, 10)).toBe(0);
  });

  it('measures the rate of the last two seconds', () => {
    const meter = new EncodingMeter();
    for (let now = 0; now <= 10_000; now += 100) meter.countChunk(now < 5000 ? 99_999 : 12_500, now);
    expect(meter.stats(10_000).bitsPerSecond).toBeGreaterThan(950_000);
    expect(meter.stats(10_000).bitsPerSecond).toBeLessThan(1_100_000);
    expect(meter.stats(20_000).bitsPerSecond).toBe(0);
  });
});
