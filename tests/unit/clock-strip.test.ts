import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrip, STRIP_BLOCKS, stripAgeMs, stripBits, stripSamplePoints } from '../../src/core/clock-strip.ts';

const PERIOD = 2 ** 40;
const lumaOf = (bits: readonly boolean[]) => bits.map((bit) => (bit ? 235 : 16));

describe('clock strip', () => {
  it('is read back, also washed out and noisy', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 52 }),
        fc.array(fc.integer({ min: -30, max: 30 }), { minLength: STRIP_BLOCKS, maxLength: STRIP_BLOCKS }),
        (time, noise) => {
          const luma = lumaOf(stripBits(time)).map((level, index) => level * 0.6 + 40 + (noise[index] ?? 0));
          expect(readStrip(luma)).toBe(time % PERIOD);
        },
      ),
    );
  });

  it('looks as documented', () => {
    const drawn = stripBits(0x12_3456_789a)
      .map((bit) => (bit ? '1' : '0'))
      .join('');
    const checksum = (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10) % 16;
    expect(drawn).toBe(`1010${(0x12_3456_789a).toString(2).padStart(40, '0')}${checksum.toString(2).padStart(4, '0')}`);
  });

  it('refuses what is no strip', () => {
    const luma = lumaOf(stripBits(1_790_000_000_000));
    const flipped = luma.map((level, index) => (index === 20 ? 251 - level : level));
    expect(readStrip(flipped)).toBeNull();
    expect(readStrip(luma.slice(1))).toBeNull();
    expect(readStrip(luma.map((level) => 255 - level))).toBeNull();
    expect(readStrip(new Array<number>(STRIP_BLOCKS).fill(128))).toBeNull();
    expect(readStrip([])).toBeNull();
  });

  it('tells the age across the wrap of its 40 bits', () => {
    expect(stripAgeMs(100, PERIOD + 250)).toBe(150);
    expect(stripAgeMs(PERIOD - 50, 2 * PERIOD + 50)).toBe(100);
    expect(stripAgeMs(1000, 990)).toBe(-10);
  });

  it('samples the middle of the blocks, inside the picture', () => {
    const points = stripSamplePoints(640, 360);
    expect(points).toHaveLength(STRIP_BLOCKS);
    expect(points[0]).toEqual({ x: 6, y: 348 });
    expect(points.at(-1)?.x).toBeLessThan(640);
  });
});
