import type { VideoSample } from 'mediabunny';
import type { EncodingPlan, EncodingStats } from '../../app/capture-desk.ts';
import { EASED_RATE_SHARE } from '../../core/bitrate.ts';
import { Chunker } from '../../core/fmp4/chunker.ts';
import type { MediaChunk } from '../../core/media-chunk.ts';
import { EncodingMeter } from './encoding-meter.ts';
import { openFrameTap } from './frame-tap.ts';
import type { FrameTap } from './frame-tap.ts';
import { PictureEncoder } from './picture-encoder.ts';
import { fitPicture, videoEncoderConfig } from './picture-plan.ts';
import { ShowClock, SourceClock } from './show-clock.ts';
import { soundPlan, startSoundEncoder } from './sound-encoder.ts';
import { startTicker } from './ticker.ts';

/** A source that shows nothing new for this long gets its last picture repeated, ms: so chunks keep their pace. */
const REPEAT_AFTER_MS = 100;
/** How often that is looked at, ms. Chosen: a quarter of it. */
const TICK_MS = 25;
/** Encoders that may fail in a row before any has delivered a picture: browsers take them away from idle pages. Chosen. */
const PATIENCE = 3;
/** Frames closer together than this are one, microseconds: a repeated picture and its late successor. Chosen. */
const SHORTEST_STEP_US = 5000;
/** A device without loudspeakers may never let sound begin: the show goes on without it, ms. Chosen. */
const SOUND_MS = 1500;
/** What remains of the size after a lasting shortage, and where that ends, pixels. Chosen. */
const EASING = { size: 0.75, lowestShortSide: 180 };

/** What a running encoding needs, and whom it tells. */
export interface ShowEncodingOptions {
  readonly plan: EncodingPlan;
  /** Start of the timeline, whole seconds since 1970. */
  readonly epochS: number;
  /** One track for the whole show. */
  readonly sound: MediaStreamTrack;
  /** Its samples in a second. */
  readonly soundRate: number;
  onChunk(chunk: MediaChunk): void;
  /** Frames keep being dropped; the picture has become smaller. */
  onSlow(): void;
  /** The encoder fails again and again; no more pictures come. */
  onFailure(): void;
}

/** A show's encoding, from its first source to its end: one timeline, one sequence of chunks. */
export class ShowEncoding {
  readonly #clock: ShowClock;
  readonly #chunker: Chunker;
  readonly #meter = new EncodingMeter();
  readonly #codec: string;
  readonly #endings: (() => Promise<void> | void)[] = [];
  #shortSide: number;
  #bitsPerSecond: number;
  #encoder: PictureEncoder | null = null;
  /** Open taps by the order they were asked for: the one in use, and those that have not shown a picture yet. */
  readonly #taps = new Map<number, FrameTap>();
  #tapsOpened = 0;
  #tapInUse = 0;
  #last: { readonly frame: VideoFrame; readonly atMs: number } | null = null;
  #newestUs = -Infinity;
  #failures = 0;
  #isScaling = false;
  #isClosed = false;

  constructor(private readonly options: ShowEncodingOptions) {
    const { plan, epochS } = options;
    this.#clock = new ShowClock(epochS);
    this.#codec = plan.codecs.split(',')[0] ?? '';
    this.#shortSide = Math.min(plan.width, plan.height);
    this.#bitsPerSecond = plan.bitsPerSecond;
    this.#chunker = new Chunker(soundPlan(plan.bitsPerSecond), (chunk) => {
      this.#meter.countChunk(chunk.bytes.length, this.#clock.nowMs());
      options.onChunk(chunk);
    });
  }

  /** Begins with the first source. */
  async start(track: MediaStreamTrack): Promise<void> {
    const { sound, soundRate, plan } = this.options;
    await this.usePicture(track);
    this.#endings.push(startTicker(TICK_MS, () => this.#tick()));
    // Where tracks can't be read directly, sound is told by its samples.
    const clock = new SourceClock(this.#clock, !('MediaStreamTrackProcessor' in globalThis));
    const begun = startSoundEncoder(sound, soundRate, soundPlan(plan.bitsPerSecond), (packet) => {
      const endUs = packet.timestampUs + packet.durationUs; // a packet can't arrive before its end
      this.#chunker.addAudio({ ...packet, timestampUs: clock.showUs(endUs) - packet.durationUs });
    });
    // One that begins later is stopped then.
    this.#endings.push(async () =>
      within(
        SOUND_MS,
        begun.then((stop) => stop()).catch(() => undefined),
      ),
    );
    await within(SOUND_MS, begun);
  }

  get stats(): EncodingStats {
    return this.#meter.stats(this.#clock.nowMs());
  }

  /** Video and audio together, bit/s. */
  setBitrate(bitsPerSecond: number): void {
    this.#bitsPerSecond = bitsPerSecond;
    this.#encoder?.setBitrate(this.#pictureBitsPerSecond());
  }

  /** Swaps the picture; the former source goes on until the new one's first frame is here. */
  async usePicture(track: MediaStreamTrack): Promise<void> {
    const order = (this.#tapsOpened += 1);
    const clock = new SourceClock(this.#clock);
    const onFrame = async (sample: VideoSample): Promise<void> => {
      if (this.#isClosed || order < this.#tapInUse) return;
      if (order > this.#tapInUse) this.#switchTo(order);
      try {
        await this.#take(sample, clock.showUs(sample.microsecondTimestamp));
      } catch {
        this.#countFailure(); // the browser refused this frame or the encoder's settings
      }
    };
    const tap = await openFrameTap(track, this.options.plan.framesPerSecond, onFrame);
    if (this.#isClosed || order < this.#tapInUse) tap.close();
    else this.#taps.set(order, tap);
  }

  /** Lets go of the present source; its last picture stays. */
  releasePicture(): void {
    for (const tap of this.#taps.values()) tap.close();
    this.#taps.clear();
  }

  /** Ends the show; what was captured is still delivered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.releasePicture();
    for (const end of this.#endings) await end();
    await this.#encoder?.close();
    this.#chunker.flush();
    this.#last?.frame.close();
    this.#last = null;
  }

  #switchTo(order: number): void {
    this.#tapInUse = order;
    for (const [former, tap] of this.#taps) {
      if (former >= order) continue;
      tap.close();
      this.#taps.delete(former);
    }
    this.#retireEncoder(); // so that the new picture begins with a keyframe
  }

  async #take(sample: VideoSample, timestampUs: number): Promise<void> {
    const now = this.#clock.nowMs();
    if (this.#failures >= PATIENCE) return;
    if (this.#meter.isShort(now)) this.#ease();
    // What is encoded can't be left out any more, so a frame that doesn't fit the timeline is left out here.
    if (timestampUs - this.#newestUs < SHORTEST_STEP_US) return;
    const size = fitPicture({ width: sample.displayWidth, height: sample.displayHeight }, this.#shortSide);
    const encoder = this.#encoderFor(size);
    if (encoder.isBusy || this.#isScaling) {
      this.#meter.countFrame('dropped', now);
      return;
    }
    const frame = await this.#scaled(sample, size, timestampUs);
    if (this.#encoder !== encoder || timestampUs <= this.#newestUs) {
      frame.close(); // overtaken while it was scaled
      return;
    }
    this.#last?.frame.close();
    this.#last = { frame, atMs: now };
    this.#encode(encoder, frame);
  }

  /** A frame of the right size and upright, to be closed by the caller. */
  async #scaled(
    sample: VideoSample,
    size: { width: number; height: number },
    timestampUs: number,
  ): Promise<VideoFrame> {
    const fits = sample.codedWidth === size.width && sample.codedHeight === size.height && sample.rotation === 0;
    this.#isScaling = true;
    try {
      const scaled = fits ? sample : await sample.transform({ ...size, fit: 'fill' });
      const source = scaled.toVideoFrame();
      const frame = new VideoFrame(source, { timestamp: Math.round(timestampUs) });
      source.close();
      if (scaled !== sample) scaled.close();
      return frame;
    } finally {
      this.#isScaling = false;
    }
  }

  #encode(encoder: PictureEncoder, frame: VideoFrame): void {
    this.#newestUs = frame.timestamp;
    this.#meter.countFrame('encoded', this.#clock.nowMs());
    encoder.encode(frame);
  }

  #encoderFor(size: { width: number; height: number }): PictureEncoder {
    const present = this.#encoder;
    if (present?.size.width === size.width && present.size.height === size.height) return present;
    this.#retireEncoder();
    const config = videoEncoderConfig(this.#codec, size, this.options.plan, this.#pictureBitsPerSecond());
    const encoder = new PictureEncoder(config, {
      onTrack: (track) => this.#chunker.setVideoTrack(track),
      onPacket: (packet) => {
        this.#failures = 0;
        this.#chunker.addVideo(packet);
      },
      onFailure: () => {
        if (this.#encoder === encoder) this.#encoder = null; // the next frame gets a fresh one
        this.#countFailure();
      },
    });
    this.#encoder = encoder;
    return encoder;
  }

  #countFailure(): void {
    this.#failures += 1;
    if (this.#failures === PATIENCE) this.options.onFailure();
  }

  #retireEncoder(): void {
    void this.#encoder?.close();
    this.#encoder = null;
  }

  #tick(): void {
    const now = this.#clock.nowMs();
    const last = this.#last;
    const encoder = this.#encoder;
    if (last === null || encoder === null || now - last.atMs < REPEAT_AFTER_MS || encoder.isBusy) return;
    const frame = new VideoFrame(last.frame, { timestamp: Math.round(now * 1000) });
    last.frame.close();
    this.#last = { frame, atMs: now };
    this.#encode(encoder, frame);
  }

  #ease(): void {
    this.#shortSide = Math.max(EASING.lowestShortSide, Math.round(this.#shortSide * EASING.size));
    this.setBitrate(this.#bitsPerSecond * EASED_RATE_SHARE);
    this.options.onSlow();
  }

  /** What the sound leaves over. */
  #pictureBitsPerSecond(): number {
    const sound = soundPlan(this.options.plan.bitsPerSecond).bitsPerSecond;
    return Math.max(this.#bitsPerSecond - sound, this.#bitsPerSecond / 2);
  }
}

function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms))]);
}
