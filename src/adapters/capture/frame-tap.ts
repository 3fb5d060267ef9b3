import { MediaStreamVideoTrackSource, Mp4OutputFormat, NullTarget, Output, Quality } from 'mediabunny';
import type { VideoSample } from 'mediabunny';

/** Frames on their way from a track to whoever encodes them. */
export interface FrameTap {
  close(): void;
}

/**
 * Takes a track's pictures as the browser delivers them, through whatever it offers for that. mediabunny bridges the
 * differences; encoding is left to the caller, who can so change the rate and drop pictures without a new start.
 * @param framesPerSecond for browsers where pictures can only be sampled
 * @param onFrame gets the picture on loan: it is closed when the returned promise settles
 */
export async function openFrameTap(
  track: MediaStreamTrack,
  framesPerSecond: number,
  onFrame: (sample: VideoSample) => Promise<void>,
): Promise<FrameTap> {
  try {
    return await tap(track, null, onFrame);
  } catch {
    return await tap(track, framesPerSecond, onFrame);
  }
}

async function tap(
  original: MediaStreamTrack,
  frameRate: number | null,
  onFrame: (sample: VideoSample) => Promise<void>,
): Promise<FrameTap> {
  // A copy: where frames are read in a worker, the track is handed over to it and stopped there.
  const track = original.clone();
  const process = async (sample: VideoSample): Promise<null> => {
    await onFrame(sample);
    return null; // nothing for mediabunny to encode
  };
  const source = new MediaStreamVideoTrackSource(
    track as MediaStreamVideoTrack,
    { codec: 'avc', quality: new Quality('medium'), sizeChangeBehavior: 'passThrough', transform: { process } },
    { frameRate, timestampBase: 'zero' },
  );
  source.errorPromise.catch(() => undefined); // the track ended: its owner hears of that, the last picture stays
  const output = new Output({ format: new Mp4OutputFormat(), target: new NullTarget() });
  output.addVideoTrack(source);
  try {
    await output.start();
  } catch (cause) {
    track.stop();
    throw cause;
  }
  const close = (): void => {
    const stop = (): void => track.stop();
    output.cancel().then(stop, stop);
  };
  return { close };
}
