import { drawPattern } from './pattern-drawing.ts';
import { PatternGrain } from './pattern-grain.ts';
import type { PatternOrder, PatternSize } from './pattern-worker.ts';
import { firstPicture } from './picture-source.ts';
import type { PictureSource } from './picture-source.ts';
import { startTestTone } from './test-tone.ts';
import { startTicker } from './ticker.ts';
import PatternWorker from './pattern-worker.ts?worker&inline';

/** Pixels; the encoder's wish is followed later. */
const FIRST_SIZE = { width: 1280, height: 720 };
/** As films and European television have it; chosen, it leaves a weak machine a sixth of its work. */
const FRAMES_PER_SECOND = 25;

/** Chromium's way to make a track from frames; its pictures can come from a worker. */
type TrackGenerator = new (init: { kind: 'video' }) => MediaStreamTrack & {
  readonly writable: WritableStream<VideoFrame>;
};

/** A moving pattern with a soft tone: a rehearsal without a camera. */
export async function openPattern(context: AudioContext): Promise<PictureSource> {
  const Generator = (globalThis as { MediaStreamTrackGenerator?: TrackGenerator }).MediaStreamTrackGenerator;
  const picture = Generator === undefined ? paintHere() : paintInWorker(Generator);
  const tone = startTestTone(context);
  const close = (): void => {
    picture.stop();
    tone.stop();
  };
  try {
    await firstPicture(picture.track);
  } catch (cause) {
    close();
    throw cause;
  }
  return {
    kind: 'test',
    track: picture.track,
    sound: tone.output,
    deviceId: null,
    size: () => picture.size,
    fit: (shortSide) => {
      picture.resize({ width: Math.round((shortSide * 8) / 9) * 2, height: Math.round(shortSide / 2) * 2 });
      return Promise.resolve();
    },
    onEnded: () => undefined, // it never does
    close,
  };
}

interface Painting {
  readonly track: MediaStreamTrack;
  readonly size: PatternSize;
  resize(size: PatternSize): void;
  stop(): void;
}

function paintInWorker(Generator: TrackGenerator): Painting {
  const track = new Generator({ kind: 'video' });
  const worker = new PatternWorker();
  const order: PatternOrder = { writable: track.writable, ...FIRST_SIZE, framesPerSecond: FRAMES_PER_SECOND };
  worker.postMessage(order, [order.writable]);
  let size: PatternSize = FIRST_SIZE;
  return {
    track,
    get size() {
      return size;
    },
    resize: (wished) => {
      size = wished;
      worker.postMessage(wished);
    },
    stop: () => {
      worker.terminate();
      track.stop();
    },
  };
}

function paintHere(): Painting {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, FIRST_SIZE);
  const brush = canvas.getContext('2d', { alpha: false });
  const grain = new PatternGrain();
  const paint = (): void => {
    if (brush !== null) drawPattern(brush, grain, Date.now());
  };
  paint();
  const stopTicker = startTicker(1000 / FRAMES_PER_SECOND, paint);
  const [track] = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
  if (track === undefined) throw new TypeError('a canvas stream has a video track');
  return {
    track,
    get size() {
      return { width: canvas.width, height: canvas.height };
    },
    resize: (size) => void Object.assign(canvas, size),
    stop: () => {
      stopTicker();
      track.stop();
    },
  };
}
