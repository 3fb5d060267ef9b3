import { MediaStreamAudioTrackSource, Mp4OutputFormat, NullTarget, Output, Quality } from 'mediabunny';
import type { AudioPacket } from '../../core/fmp4/sound-timeline.ts';

/** How the sound is encoded. */
export interface SoundPlan {
  readonly channels: 1 | 2;
  readonly bitsPerSecond: number;
}

/** Stereo when there is room for it, bit/s of the whole show. Chosen, as are the rates: transparent for speech and fair for music. */
const STEREO_FROM = 800_000;
const STEREO: SoundPlan = { channels: 2, bitsPerSecond: 96_000 };
const MONO: SoundPlan = { channels: 1, bitsPerSecond: 64_000 };
/** For shows that hardly have room for a picture. */
const NARROW_BELOW = 400_000;
const NARROW: SoundPlan = { channels: 1, bitsPerSecond: 32_000 };

/** The sound's part of a show of this many bit/s. */
export function soundPlan(showBitsPerSecond: number): SoundPlan {
  if (showBitsPerSecond >= STEREO_FROM) return STEREO;
  return showBitsPerSecond < NARROW_BELOW ? NARROW : MONO;
}

/**
 * Encodes a track's sound as Opus, 20 ms a packet, with timestamps that begin near 0. Returns the way to stop.
 * @param track with as many channels as the plan
 * @param sampleRate of the track, Hz: not every browser tells
 */
export async function startSoundEncoder(
  track: MediaStreamTrack,
  sampleRate: number,
  plan: SoundPlan,
  onPacket: (packet: AudioPacket) => void,
): Promise<() => Promise<void>> {
  const copy = track.clone();
  if (copy.getSettings().sampleRate === undefined) copy.getSettings = () => ({ sampleRate });
  // Nothing is to be transformed on the way: mediabunny's resampler keeps five seconds of sound before it gives any.
  const source = new MediaStreamAudioTrackSource(
    copy as MediaStreamAudioTrack,
    {
      codec: 'opus',
      quality: new Quality({ bitrate: plan.bitsPerSecond }),
      onEncodedPacket: ({ data, timestamp, duration }) =>
        onPacket({ bytes: data, timestampUs: timestamp * 1e6, durationUs: duration * 1e6 }),
    },
    // Firefox gives all packets one timestamp where it resamples and they count from 1970.
    { timestampBase: 'zero' },
  );
  source.errorPromise.catch(() => undefined); // silence stands in, see SoundTimeline
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'fragmented' }), target: new NullTarget() });
  output.addAudioTrack(source);
  await output.start();
  return async () => {
    await output.cancel();
    copy.stop();
  };
}
