import { describe, expect, it } from 'vitest';
import { movieOf } from '../../../src/app/recordings/clip.ts';
import type { RecordedChunk } from '../../../src/core/recording/chunk-group.ts';
import { LastSeconds } from '../../../src/core/recording/last-seconds.ts';
import { madeUpShow } from '../../support/made-up-show.ts';

const fill = (chunks: readonly RecordedChunk[]): LastSeconds => {
  const last = new LastSeconds();
  for (const { header, bytes } of chunks) last.take(header, bytes);
  return last;
};
const sequences = (last: LastSeconds): number[] => (last.clip() ?? []).map(({ header }) => header.sequence);
/** The show has a key picture each second, and about ten chunks. */
const keyAt = (chunks: readonly RecordedChunk[], second: number): number =>
  chunks.filter(({ header }) => header.kind === 'key')[second]?.header.sequence ?? -1;

describe('the last seconds', () => {
  it('are all that there is at first, and thirty and a little more later', async () => {
    const show = await madeUpShow({ seconds: 50 });
    expect(new LastSeconds().clip()).toBeNull();
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
