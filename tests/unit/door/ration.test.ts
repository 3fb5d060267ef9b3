import { describe, expect, it } from 'vitest';
import { Ration } from '../../../src/adapters/door/ration.ts';

const count = (times: number, allows: () => boolean): number =>
  Array.from({ length: times }, allows).filter(Boolean).length;

describe('a ration of letters', () => {
  it('is each sender’s own, and new with each second', () => {
    const ration = new Ration(3);
    expect(count(10, () => ration.allows('flooder', 5_000))).toBe(3);
    expect(count(2, () => ration.allows('visitor', 5_900))).toBe(2);
    expect(count(10, () => ration.allows('flooder', 6_000))).toBe(3);
  });

  it('keeps no more senders than it can', () => {
    const ration = new Ration(3);
    let at = 0;
    expect(count(5_000, () => ration.allows(`sender ${at++}`, 0))).toBe(2_000);
    expect(ration.allows('sender 0', 0)).toBe(true);
    expect(ration.allows('another', 1_000)).toBe(true);
  });
});
