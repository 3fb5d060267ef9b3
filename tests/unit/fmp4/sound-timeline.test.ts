import { describe, expect, it } from 'vitest';
import { SoundTimeline } from '../../../src/core/fmp4/sound-timeline.ts';

const FRAME_US = 20_000;
const FRAME_TICKS = 960;
const voice = (timestampUs: number) => ({ bytes: Uint8Array.of(1), timestampUs, durationUs: FRAME_US });

function begun(): SoundTimeline {
  const sound = new SoundTimeline({ channels: 1 });
  sound.begin(0);
  return sound;
}

const ofSamples = (samples: readonly { bytes: Uint8Array }[]) =>
  samples.map(({ bytes }) => (bytes.length === 1 ? 'voice' : 'silence'));

describe('SoundTimeline', () => {
  it('strings jittering frames together without gap', () => {
    const sound = begun();
    [0, 9_000, -9_000, 4_000].forEach((jitter, index) => sound.add(voice(index * FRAME_US + jitter)));
    const { decodeTime, samples } = sound.take(4 * FRAME_US);
    expect(decodeTime).toBe(0);
    expect(ofSamples(samples)).toEqual(['voice', 'voice', 'voice', 'voice']);
    sound.add(voice(4 * FRAME_US));
    expect(sound.take(5 * FRAME_US).decodeTime).toBe(4 * FRAME_TICKS);
  });

  it('fills a gap with silence up to the next frame', () => {
    const sound = begun();
    sound.add(voice(0));
    sound.add(voice(5 * FRAME_US));
    const { samples } = sound.take(6 * FRAME_US);
    expect(ofSamples(samples)).toEqual(['voice', 'silence', 'silence', 'silence', 'silence', 'voice']);
  });

  it('waits for sound that is merely late, and then no longer', () => {
    const sound = begun();
    expect(sound.take(200_000).samples).toEqual([]);
    const { samples } = sound.take(300_000);
    expect(ofSamples(samples)).toEqual(Array<string>(9).fill('silence')); // up to 120 ms behind the picture
  });

  it('throws away what comes after silence has taken its place', () => {
    const sound = begun();
    sound.take(1_000_000);
    sound.add(voice(500_000));
    expect(sound.take(1_000_000).samples).toEqual([]);
    sound.add(voice(900_000));
    expect(ofSamples(sound.take(1_000_000).samples)).toEqual(['voice']);
  });

  it('leaves the gap when the device slept', () => {
    const sound = begun();
    sound.add(voice(0));
    sound.take(20_000);
    sound.add(voice(3_600e6));
    expect(sound.take(3_600e6)).toMatchObject({ decodeTime: 3600 * 48_000, samples: { length: 1 } });
  });

  it('does not drift away from a clock that is 0.1 % off', () => {
    for (const speed of [0.999, 1.001]) {
      const sound = begun();
      let end = 0;
      for (let index = 0; index < 50 * 600; index += 1) {
        sound.add(voice(index * FRAME_US * speed));
        const { decodeTime, samples } = sound.take(index * FRAME_US * speed);
        if (samples.length > 0) end = decodeTime + samples.length * FRAME_TICKS;
      }
      expect(Math.abs(end / 48 - 600_000 * speed)).toBeLessThan(60);
    }
  });
});
