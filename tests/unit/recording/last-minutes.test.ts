import { describe, expect, it } from 'vitest';
import { movieOf } from '../../../src/app/recordings/clip.ts';
import { Rewind } from '../../../src/app/recordings/rewind.ts';
import type { RecordedChunk } from '../../../src/core/recording/chunk-group.ts';
import { LastMinutes } from '../../../src/core/recording/last-minutes.ts';
import { madeUpShow } from '../../support/made-up-show.ts';

const fill = (chunks: readonly RecordedChunk[]): LastMinutes => {
  const last = new LastMinutes();
  for (const { header, bytes } of chunks) last.take(header, bytes);
  return last;
};
const sequences = (last: LastMinutes): number[] => (last.clip() ?? []).map(({ header }) => header.sequence);
/** The show has a key picture each second, and about ten chunks. */
const keyAt = (chunks: readonly RecordedChunk[], second: number): number =>
  chunks.filter(({ header }) => header.kind === 'key')[second]?.header.sequence ?? -1;

describe('going back', () => {
  it('plays what is there, grows, keeps its places, and misses what is forgotten', async () => {
    const show = await madeUpShow({ seconds: 200 });
    const last = new LastMinutes();
    const take = (from: number, to: number): void => {
      for (const { header, bytes } of show.slice(keyAt(show, from), keyAt(show, to))) last.take(header, bytes);
    };
    const film = new Rewind(last);
    expect(film.runs).toHaveLength(0);
    take(0, 5);
    expect(film.runs).toHaveLength(4); // the newest may still grow
    const [first] = film.runs;
    expect(first?.startMs).toBeLessThan(1);
    expect(film.durationMs).toBeCloseTo(4_000, -2);
    for (let second = 5; second < 195; second++) {
      take(second, second + 1);
      expect(film.runs).toHaveLength(second);
    }
    expect(film.runs).toHaveLength(194);
    expect(film.runs[0]).toBe(first);
    expect(await film.media(0)).toBeNull();
    const media = await film.media(190);
    expect(media?.codecs).toContain('avc1');
    expect(media?.bytes[0]).toBe(show[keyAt(show, 190)]?.bytes);
  });

  it('leaves out a stretch with a hole in it', async () => {
    const show = await madeUpShow({ seconds: 6 });
    const hole = keyAt(show, 2) + 2;
    expect(new Rewind(fill(show.filter(({ header }) => header.sequence !== hole))).runs).toHaveLength(4);
  });
});

describe('the last seconds', () => {
  it('are all that there is at first, and thirty and a little more later', async () => {
    const show = await madeUpShow({ seconds: 50 });
    expect(new LastMinutes().clip()).toBeNull();
    expect(sequences(fill(show.slice(0, 40)))[0]).toBe(0);
    const clip = fill(show).clip() ?? [];
    expect(clip[0]?.header.kind).toBe('key');
    expect(clip.at(-1)?.header).toBe(show.at(-1)?.header);
    const lengthMs = (clip.at(-1)?.header.captureMs ?? 0) - (clip[0]?.header.captureMs ?? 0);
    expect(lengthMs).toBeGreaterThanOrEqual(30_000);
    expect(lengthMs).toBeLessThan(32_000);
  });

  it('come into order, whatever order they came in', async () => {
    const show = await madeUpShow({ seconds: 5 });
    const mixed = show.toSorted((a, b) => (a.header.sequence % 3) - (b.header.sequence % 3));
    expect(sequences(fill(mixed))).toEqual(show.map(({ header }) => header.sequence));
  });

  it('begin behind a hole, at a key picture', async () => {
    const show = await madeUpShow({ seconds: 10 });
    const hole = keyAt(show, 4) + 3;
    expect(sequences(fill(show.filter(({ header }) => header.sequence !== hole)))[0]).toBe(keyAt(show, 5));
    expect(fill(show.filter(({ header }) => header.sequence % 2 === 0).slice(0, -1)).clip()).toBeNull();
  });

  it('go on over a host who comes back', async () => {
    const [before, after] = [await madeUpShow({ seconds: 3 }), await madeUpShow({ seconds: 3, epochS: 1_010 })];
    expect(fill([...before, ...after]).clip()).toHaveLength(before.length + after.length);
  });

  it('are one file', async () => {
    const show = await madeUpShow({ seconds: 5 });
    const movie = movieOf(fill(show).clip() ?? [], 'A clip');
    const text = new TextDecoder('latin1').decode(movie[0]);
    expect(text.indexOf('moov')).toBeGreaterThan(0);
    expect(text.indexOf('moov')).toBeLessThan(text.indexOf('mdat'));
    expect(() => movieOf([], '')).toThrow(RangeError);
  });
});
