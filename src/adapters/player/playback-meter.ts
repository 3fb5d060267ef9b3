import type { PlayableChunk } from '../../core/media-chunk.ts';
import { Standstill, type StandstillChange } from './standstill.ts';

/** Stretch over which the incoming rate is averaged, ms. */
const RATE_WINDOW_MS = 2_000;

/** Measures what the viewer gets from one element, over all its media sources. Times are `performance.now()`, ms. */
export class PlaybackMeter {
  readonly standstill = new Standstill();
  readonly #video: HTMLVideoElement;
  #arrived: { readonly atMs: number; readonly bytes: number }[] = [];
  /** When the media at the element's time 0 was captured, unix ms by the host's clock. */
  #originUnixMs = 0;
  #hostOffsetMs: number | null = null;
  #latencyByLocalClockMs: number | null = null;
  #firstFrameMs: number | null = null;
  /** Frames of the sources before this one, and of this one so far. */
  #framesBefore = 0;
  #frames = 0;
  /** Between two sources: where the old one stood, ms. The picture stands still meanwhile. */
  #heldMs: number | null = null;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  get firstFrameMs(): number | null {
    return this.#firstFrameMs;
  }

  get framesShown(): number {
    return this.#framesBefore + this.#frames;
  }

  /** Capture to screen of the newest frame, by the host's clock. */
  get latencyMs(): number | null {
    if (this.#latencyByLocalClockMs === null || this.#hostOffsetMs === null) return null;
    return this.#latencyByLocalClockMs + this.#hostOffsetMs;
  }

  setHostClockOffset(offsetMs: number | null): void {
    this.#hostOffsetMs = offsetMs;
  }

  /** The element's source goes, and its counters and clock with it. */
  sourceGone(): void {
    this.#heldMs = this.#video.currentTime * 1000;
    this.#framesBefore += this.#frames;
    this.#frames = 0;
  }

  newSource(firstEpochS: number): void {
    this.#originUnixMs = firstEpochS * 1000;
  }

  arrived(nowMs: number, chunk: PlayableChunk): void {
    this.#arrived.push({ atMs: nowMs, bytes: chunk.bytes.byteLength });
    this.#forget(nowMs);
  }

  bitsPerSecond(nowMs: number): number {
    this.#forget(nowMs);
    const bytes = this.#arrived.reduce((sum, arrival) => sum + arrival.bytes, 0);
    return Math.round((bytes * 8 * 1000) / RATE_WINDOW_MS);
  }

  /** A frame came to the screen. True when it is the first of all. */
  frame(nowMs: number, mediaTimeS: number, displayedAtMs: number, presentedFrames: number): boolean {
    const first = this.#firstFrameMs === null;
    this.#firstFrameMs ??= nowMs;
    if (this.#heldMs !== null) {
      this.standstill.jumped(this.#heldMs, this.#video.currentTime * 1000);
      this.#heldMs = null;
    }
    this.#frames = presentedFrames;
    this.#latencyByLocalClockMs = Date.now() + (displayedAtMs - nowMs) - (this.#originUnixMs + mediaTimeS * 1000);
    return first;
  }

  /** Looks whether the media goes on; to be called at least every tenth of a second. */
  sample(nowMs: number): StandstillChange {
    const { currentTime, paused, playbackRate } = this.#video;
    // Nobody sees a hidden page, and its timers are throttled too much to judge. The first frame may show before the
    // sound is ready: a stall needs a picture that has moved.
    if (document.hidden || this.framesShown < 2 || (paused && this.#heldMs === null)) {
      this.standstill.pause();
      return null;
    }
    return this.standstill.sample(nowMs, this.#heldMs ?? currentTime * 1000, playbackRate);
  }

  #forget(nowMs: number): void {
    this.#arrived = this.#arrived.filter((arrival) => arrival.atMs > nowMs - RATE_WINDOW_MS);
  }
}
