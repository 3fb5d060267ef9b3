import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNameOf } from '../../../src/core/recording/file-name.ts';
import { hoursLeft, isSpaceLow } from '../../../src/core/recording/space.ts';
import { addReactions, mergeMessages, momentsOf, parseStory } from '../../../src/core/recording/story.ts';
import { placeStretch, recordedMs } from '../../../src/core/recording/time-map.ts';

describe('the timeline of a recording', () => {
  const begun = placeStretch(null, { epochS: 10, fromMs: 400.5, toMs: 1_400 });

  it('keeps a short hole, so that picture and clock agree', () => {
    const next = placeStretch(begun, { epochS: 10, fromMs: 2_900, toMs: 3_900 });
    expect(next.shiftMs).toBe(begun.shiftMs);
  });

  it('leaves out a long one', () => {
    const next = placeStretch(begun, { epochS: 10, fromMs: 60_000, toMs: 61_000 });
    expect(60_000 + next.shiftMs).toBe(Math.ceil(begun.endMs));
  });

  it('never runs backwards and never waits longer than the longest hole', () => {
    const step = fc.record({ later: fc.integer({ min: 0, max: 20_000 }), epoch: fc.nat(2), lasts: fc.nat(3_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let map = begun;
        let epochS = 10;
        let fromMs = 1_400;
        for (const { later, epoch, lasts } of steps) {
          epochS += epoch;
          fromMs = epoch > 0 ? later : fromMs + later;
          const next = placeStretch(map, { epochS, fromMs, toMs: fromMs + lasts });
          expect(next.endMs).toBeGreaterThanOrEqual(map.endMs);
          expect(fromMs + next.shiftMs - map.endMs).toBeLessThanOrEqual(2_000);
          map = next;
          fromMs += lasts;
        }
      }),
    );
  });

  it('finds the place of what happened, in a hole as well', () => {
    const takes = [
      { epochS: 100, shiftMs: -500, startMs: 0, endMs: 10_000 },
      { epochS: 160, shiftMs: 9_800, startMs: 10_000, endMs: 20_000 },
    ];
    expect(recordedMs(takes, 100_000)).toBeNull();
    expect(recordedMs(takes, 103_000)).toBe(2_500);
    expect(recordedMs(takes, 140_000)).toBe(10_000);
    expect(recordedMs(takes, 161_200)).toBe(11_000);
    expect(recordedMs(takes, 999_000)).toBe(20_000);
  });
});

describe('the room on the device', () => {
  it('is told in hours of the show, a little below what the browser promises', () => {
    expect(hoursLeft(900_000_000, 2_000_000)).toBeCloseTo(0.95, 5);
    expect(hoursLeft(-5, 2_000_000)).toBe(0);
    expect(hoursLeft(null, 2_000_000)).toBeNull();
  });

  it('is worth a warning well before it ends', () => {
    expect([isSpaceLow(0.49), isSpaceLow(0.5), isSpaceLow(null)]).toEqual([true, false, false]);
  });
});

describe('the name of a file', () => {
  it('keeps what people write and drops what file systems mind', () => {
    expect(fileNameOf('Tazze: giri/e "smalti"?', '2026-11-25 18.30', 'mp4')).toBe(
      'Tazze giri e smalti 2026-11-25 18.30.mp4',
    );
    expect(fileNameOf('  ', '2026-11-25 18.30', 'mp4')).toBe('2026-11-25 18.30.mp4');
    expect(fileNameOf('..hidden', 'x', 'mp4')).toBe('hidden x.mp4');
  });

  it('is never too long and never has a sign that means something', () => {
    const anyText = fc.array(fc.nat(0x10ffff), { maxLength: 150 }).map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(anyText, (title) => {
        const name = fileNameOf(title, '2026-11-25 18.30', 'mp4');
        expect(name).toMatch(/2026-11-25 18\.30\.mp4$/);
        expect(name).not.toMatch(/[\\/:*?"<>|\p{Cc}]/u);
        expect(Array.from(name).length).toBeLessThanOrEqual(102);
      }),
    );
  });
});

describe('what happened beside the picture', () => {
  it('has a moment where hearts peak, and for each pin', () => {
    let beats = addReactions([], 5_000, 3);
    for (let at = 1; at < 12; at++) beats = addReactions(beats, at * 10_000, at === 6 ? 40 : 2);
    beats = addReactions(beats, 113_000, 1);
    const pins = [{ kind: 'message' as const, atMs: 30_000, name: 'Ada', text: 'The blue bowl' }];
    expect(momentsOf({ messages: [], pins, beats })).toEqual([
      { kind: 'message', atMs: 30_000, text: 'The blue bowl' },
      { kind: 'hearts', atMs: 60_000, count: 40 },
    ]);
  });

  it('keeps what the room has forgotten, and takes what it knows as it is now', () => {
    const line = (atMs: number, text: string) => ({ atMs, name: '', text });
    const merged = mergeMessages([line(1, 'a'), line(5, 'hidden since')], [line(5, 'b'), line(6, 'c')]);
    expect(merged.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  it('takes what former versions pinned for a message', () => {
    const { pins } = parseStory({
      pins: [
        { atMs: 1, name: '', text: 'a' },
        { kind: 'product', atMs: 2, name: '', text: 'b' },
      ],
    });
    expect(pins.map(({ kind }) => kind)).toEqual(['message', 'product']);
  });

  it('is read from a database without believing it', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { messages, pins, beats } = parseStory(value);
        for (const { text } of [...messages, ...pins]) expect(typeof text).toBe('string');
        for (const { count } of beats) expect(Number.isFinite(count)).toBe(true);
      }),
    );
    expect(parseStory({ messages: [{ atMs: 1, name: 'A', text: 'b' }, { atMs: 'x' }] }).messages).toHaveLength(1);
  });
});
