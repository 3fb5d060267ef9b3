import { VIDEO_TIMESCALE } from './tracks.ts';
import type { FragmentSample } from './fragment.ts';

/** One encoded picture, in decoding order. */
export interface VideoPacket {
  readonly bytes: Uint8Array;
  /** Capture time on the show's timeline, microseconds. */
  readonly timestampUs: number;
  readonly isKey: boolean;
}

/** A chunk's pictures, ready to be written. */
export interface PictureRun {
  readonly decodeTime: number;
  readonly samples: readonly FragmentSample[];
}

/** Before the rate is known: 30 pictures a second. */
const FIRST_GUESS_TICKS = VIDEO_TIMESCALE / 30;
/** Intervals that the guess for the last picture of a chunk is drawn from. Chosen. */
const REMEMBERED_INTERVALS = 4;
/** A longer gap than this (the device slept) stays a gap. Chosen. */
const LONGEST_BRIDGED_TICKS = 2 * VIDEO_TIMESCALE;

/**
 * Gives pictures their decode times and durations. A picture lasts until the next one; the last of a chunk, which is
 * sent before its successor exists, lasts for the shortest of the recent intervals, so that it rarely overlaps.
 *
 * A player takes a step of more than two durations for a break and waits for the next keyframe. So where pictures are
 * missing, the first one after the gap begins where the last one before it ended.
 * @see https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-processing
 */
export class PictureTimeline {
  #pending: { readonly packet: VideoPacket; readonly ticks: number }[] = [];
  #intervals: number[] = [];
  /** Capture ticks of the newest picture. */
  #newestTicks: number | null = null;
  /** Where the last handed-over picture ends, and how long it lasts. */
  #handedOver: { readonly endTicks: number; readonly lastDuration: number } | null = null;

  /** False, and nothing happens, for a picture that is not newer than the one before. */
  add(packet: VideoPacket): boolean {
    const ticks = Math.round((packet.timestampUs * VIDEO_TIMESCALE) / 1e6);
    if (this.#newestTicks !== null) {
      if (ticks <= this.#newestTicks) return false;
      this.#intervals = [...this.#intervals, ticks - this.#newestTicks].slice(-REMEMBERED_INTERVALS);
    }
    this.#newestTicks = ticks;
    this.#pending.push({ packet, ticks });
    return true;
  }

  /** Capture time of the first waiting picture, microseconds; null when none waits. */
  get firstUs(): number | null {
    return this.#pending[0]?.packet.timestampUs ?? null;
  }

  /** Length of what waits, its last picture by guess, microseconds. */
  get pendingUs(): number {
    const first = this.#pending[0];
    if (first === undefined || this.#newestTicks === null) return 0;
    return ((this.#newestTicks - first.ticks + this.#guess()) * 1e6) / VIDEO_TIMESCALE;
  }

  /** Hands over what waits; null when nothing does. `nextUs`: the picture after it, if it is already here. */
  take(nextUs: number | null): PictureRun | null {
    const first = this.#pending[0];
    if (first === undefined) return null;
    const nextTicks = nextUs === null ? null : Math.round((nextUs * VIDEO_TIMESCALE) / 1e6);
    const decodeTime = this.#beginning(first.ticks);
    const samples = this.#pending.map(({ packet, ticks }, index) => {
      const begin = index === 0 ? decodeTime : ticks;
      const end = this.#pending[index + 1]?.ticks ?? nextTicks ?? ticks + this.#guess();
      return { bytes: packet.bytes, isKey: packet.isKey, duration: Math.max(1, end - begin) };
    });
    this.#handedOver = {
      endTicks: decodeTime + samples.reduce((sum, { duration }) => sum + duration, 0),
      lastDuration: samples.at(-1)?.duration ?? 0,
    };
    this.#pending = [];
    return { decodeTime, samples };
  }

  #beginning(ticks: number): number {
    if (this.#handedOver === null) return ticks;
    const { endTicks, lastDuration } = this.#handedOver;
    const gap = ticks - endTicks;
    return gap > lastDuration && gap <= LONGEST_BRIDGED_TICKS ? endTicks : ticks;
  }

  #guess(): number {
    return this.#intervals.length === 0 ? FIRST_GUESS_TICKS : Math.min(...this.#intervals);
  }
}
