import { AUDIO_TIMESCALE } from './tracks.ts';
import type { AudioTrack } from './tracks.ts';
import type { FragmentSample } from './fragment.ts';

/** One encoded Opus frame. */
export interface AudioPacket {
  readonly bytes: Uint8Array;
  /** On the show's timeline, microseconds. */
  readonly timestampUs: number;
  /** Microseconds; 20,000 as this project encodes, 2,500 to 120,000 as Opus can. */
  readonly durationUs: number;
}

/** Length of the silent frames, ticks: 20 ms. */
const SILENCE_TICKS = 960;
/** Timestamps that are off by less than this are jitter: half as much again as a frame, so that a correction ends it. Chosen. */
const TOLERANCE_TICKS = 1.5 * SILENCE_TICKS;
/** Sound that is later than this behind the picture isn't waited for any longer. Chosen: three times its usual delay. */
const PATIENCE_TICKS = 0.25 * AUDIO_TIMESCALE;
/** Silence stands in up to this close to the picture, so that late sound can still join. Chosen. */
const SILENCE_MARGIN_TICKS = 0.12 * AUDIO_TIMESCALE;
/** A longer gap than this (the device slept) stays a gap. Chosen. */
const LONGEST_SILENCE_TICKS = 2 * AUDIO_TIMESCALE;

/**
 * Strings Opus frames together without gap or overlap, on the same timeline as the picture: small jitter is smoothed,
 * a gap becomes silence, what comes too late is thrown away. So the track always has data, which players insist on,
 * even while the browser holds the sound back.
 */
export class SoundTimeline {
  #pending: FragmentSample[] = [];
  #startTicks = 0;
  #endTicks: number | null = null;
  readonly #silence: FragmentSample;

  constructor({ channels }: AudioTrack) {
    // A full-band CELT frame of 20 ms without content. @see RFC 6716, section 3.1
    const toc = channels === 2 ? 0xfc : 0xf8;
    this.#silence = { bytes: Uint8Array.of(toc, 0xff, 0xfe), duration: SILENCE_TICKS, isKey: true };
  }

  /** Begins the timeline where the picture begins. */
  begin(pictureUs: number): void {
    this.#startTicks = this.#endTicks = ticksOf(pictureUs);
  }

  add({ bytes, timestampUs, durationUs }: AudioPacket): void {
    if (this.#endTicks === null) return;
    const start = ticksOf(timestampUs);
    const duration = ticksOf(durationUs);
    if (start + TOLERANCE_TICKS < this.#endTicks) return; // its place is taken
    if (start - TOLERANCE_TICKS > this.#endTicks) this.#fillUntil(start);
    this.#append({ bytes, duration, isKey: true });
  }

  /** Hands over what there is; `decodeTime` is that of the first sample. Empty when the sound is merely a bit late. */
  take(pictureEndUs: number): { decodeTime: number; samples: readonly FragmentSample[] } {
    const pictureEnd = ticksOf(pictureEndUs);
    if (this.#endTicks !== null && pictureEnd - this.#endTicks > PATIENCE_TICKS) {
      this.#fillUntil(pictureEnd - SILENCE_MARGIN_TICKS);
    }
    const taken = { decodeTime: this.#startTicks, samples: this.#pending };
    this.#pending = [];
    this.#startTicks = this.#endTicks ?? 0;
    return taken;
  }

  #fillUntil(ticks: number): void {
    if (this.#endTicks === null) return;
    if (ticks - this.#endTicks > LONGEST_SILENCE_TICKS) {
      this.#pending = [];
      this.#startTicks = this.#endTicks = ticks;
    }
    while (this.#endTicks + SILENCE_TICKS <= ticks) this.#append(this.#silence);
  }

  #append(sample: FragmentSample): void {
    this.#pending.push(sample);
    this.#endTicks = (this.#endTicks ?? 0) + sample.duration;
  }
}

const ticksOf = (microseconds: number): number => Math.round((microseconds * AUDIO_TIMESCALE) / 1e6);
