import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chunker } from '../../../src/core/fmp4/chunker.ts';
import { SoundCover } from '../../../src/core/fmp4/sound-cover.ts';
import { splitSound } from '../../../src/core/fmp4/sound-fragment.ts';

const FRAME_US = 40_000;
const SOUND_TICKS = 960;

/** Chunks of two pictures and their sound, as the host makes them. */
function chunks(count: number): Uint8Array[] {
  const made: Uint8Array[] = [];
  const chunker = new Chunker({ channels: 1 }, ({ bytes }) => made.push(bytes));
  chunker.setVideoTrack({ codec: 'vp09.00.31.08', width: 640, height: 360, description: null });
  let soundUs = 0;
  for (let index = 0; made.length < count; index++) {
    const timestampUs = index * FRAME_US;
    for (; soundUs < timestampUs; soundUs += 20_000) {
      chunker.addAudio({ bytes: Uint8Array.of(0xf8, soundUs % 251), timestampUs: soundUs, durationUs: 20_000 });
    }
    chunker.addVideo({ bytes: Uint8Array.of(index), timestampUs, isKey: index === 0 });
  }
  return made;
}

/** Where the sound of each of these begins and ends, ticks. */
const stretches = (parts: readonly (Uint8Array | null)[]): [number, number][] =>
  parts.flatMap((part) => {
    const sound = part ? splitSound(part)?.sound : undefined;
    if (!sound) return [];
    return [[sound.decodeTime, sound.samples.reduce((end, { duration }) => end + duration, sound.decodeTime)]];
  });

/** Without a gap and without going back in time. */
function expectSeamless(parts: readonly (Uint8Array | null)[]): void {
  const all = stretches(parts);
  expect(all.length).toBeGreaterThan(1);
  for (const [at, [from]] of all.entries()) if (at > 0) expect(from).toBe(all[at - 1]?.[1]);
}

describe('SoundCover', () => {
  it('hands chunks on as they are while they come in time', () => {
    const cover = new SoundCover();
    const made = chunks(5);
    expect(made.map((chunk) => cover.take(chunk))).toEqual(made);
    expect(cover.leftOutMs).toBe(0);
  });

  it('leaves out what silence has taken the place of, and nothing else', () => {
    const cover = new SoundCover();
    const made = chunks(6);
    const given = [...made.slice(0, 3).map((chunk) => cover.take(chunk)), cover.cover(40)];
    for (const chunk of made.slice(3)) given.push(cover.take(chunk));
    expectSeamless(given);
    expect(cover.leftOutMs).toBe(40);
    expect(given[4]?.length).toBeLessThan(made[3]?.length ?? 0);
    expect(given.at(-1)).toBe(made.at(-1));
  });

  it('covers a hole longer than a chunk', () => {
    const cover = new SoundCover();
    const made = chunks(8);
    const given = [...made.slice(0, 3).map((chunk) => cover.take(chunk))];
    for (let step = 0; step < 5; step++) given.push(cover.cover(40) ?? Uint8Array.of());
    for (const chunk of made.slice(3)) given.push(cover.take(chunk));
    expectSeamless(given);
    expect(cover.leftOutMs).toBe(200);
    expect(splitSound(given[8] ?? Uint8Array.of())).toBeNull(); // the pictures stay
  });

  it('is silent in the form of the sound before', () => {
    const cover = new SoundCover();
    expect(cover.cover(40)).toBeNull();
    chunks(3).forEach((chunk) => cover.take(chunk));
    const silence = splitSound(cover.cover(50) ?? Uint8Array.of());
    expect(silence?.sound.samples.map(({ bytes, duration }) => [...bytes, duration])).toEqual(
      Array<number[]>(3).fill([0xf8, 0xff, 0xfe, SOUND_TICKS]),
    );
  });

  it('takes another timeline as it is', () => {
    const cover = new SoundCover();
    const made = chunks(30);
    made.slice(20).forEach((chunk) => cover.take(chunk));
    cover.cover(40);
    cover.restart();
    expect(cover.endMs).toBeNull();
    expect(cover.take(made[0] ?? Uint8Array.of())).toBe(made[0]);
  });

  it('lets anything else through untouched', () => {
    const [chunk = Uint8Array.of()] = chunks(1);
    const spoilt = fc
      .tuple(fc.nat(chunk.length - 1), fc.nat(255), fc.nat(chunk.length))
      .map(([at, byte, length]) => chunk.map((old, index) => (index === at ? byte : old)).subarray(0, length));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), spoilt), (bytes) => {
        const split = splitSound(bytes);
        expect(split === null || split.rest.length < bytes.length).toBe(true);
      }),
    );
  });
});
