import { join } from './boxes.ts';
import { writeFragment } from './fragment.ts';
import { splitSound } from './sound-fragment.ts';
import { AUDIO_TIMESCALE, AUDIO_TRACK_ID } from './tracks.ts';

/** Length of the silent frames, ticks: 20 ms, as this project encodes. */
const SILENCE_TICKS = 960;
/** The stereo bit of an Opus frame's first byte. @see RFC 6716, section 3.1 */
const STEREO = 0x04;

/**
 * Covers short holes in the sound of a live show with silence, so that the player's clock need not stop: a player that
 * has run out of sound waits until it holds a good deal of it again (Chromium 156: 200 ms and more), although the next
 * chunk is a few milliseconds late. What comes for a stretch that is covered already is left out, because players take
 * sound that goes back in time for a new beginning.
 */
export class SoundCover {
  /** Where the sound that was handed out ends, ticks; null before any. */
  #endTicks: number | null = null;
  /** How much of that end is silence, ticks. */
  #coveredTicks = 0;
  #toc = STEREO;
  #sequence = 0;
  /** Sound that was left out so far, ms. */
  #leftOutMs = 0;

  get leftOutMs(): number {
    return this.#leftOutMs;
  }

  /** Where the sound ends, ms on the chunks' timeline; null before any. */
  get endMs(): number | null {
    return this.#endTicks === null ? null : (this.#endTicks * 1000) / AUDIO_TIMESCALE;
  }

  /** A chunk on its way to the player: the same bytes, or without the sound whose place is taken. */
  take(chunk: Uint8Array): Uint8Array {
    const split = splitSound(chunk);
    if (split === null) return chunk;
    const { sound, rest } = split;
    const ends = sound.samples.reduce((ticks, { duration }) => ticks + duration, sound.decodeTime);
    const takenTo = this.#coveredTicks === 0 || this.#endTicks === null ? 0 : this.#endTicks;
    const coveredFrom = takenTo - this.#coveredTicks;
    this.#toc = sound.samples.at(-1)?.bytes[0] ?? this.#toc;
    if (sound.decodeTime >= takenTo || sound.decodeTime < coveredFrom - SILENCE_TICKS) {
      this.#endTicks = ends;
      this.#coveredTicks = 0;
      return chunk;
    }
    let decodeTime = sound.decodeTime;
    let samples = sound.samples;
    for (; samples[0] && decodeTime < takenTo; samples = samples.slice(1)) {
      decodeTime += samples[0].duration;
      this.#leftOutMs += (samples[0].duration * 1000) / AUDIO_TIMESCALE;
    }
    this.#coveredTicks = Math.max(0, takenTo - ends);
    this.#endTicks = Math.max(takenTo, ends);
    return samples.length === 0 ? rest : join([rest, writeFragment({ ...sound, decodeTime, samples })]);
  }

  /** Silence behind the sound so far, at least so long, ms, in steps of 20; null before any sound. */
  cover(ms: number): Uint8Array | null {
    if (this.#endTicks === null) return null;
    const bytes = Uint8Array.of(0xf8 | (this.#toc & STEREO), 0xff, 0xfe);
    const count = Math.ceil((ms * AUDIO_TIMESCALE) / 1000 / SILENCE_TICKS);
    const samples = Array.from({ length: count }, () => ({ bytes, duration: SILENCE_TICKS, isKey: true }));
    const decodeTime = this.#endTicks;
    this.#sequence += 1;
    this.#endTicks += count * SILENCE_TICKS;
    this.#coveredTicks += count * SILENCE_TICKS;
    return writeFragment({ sequence: this.#sequence, trackId: AUDIO_TRACK_ID, decodeTime, samples });
  }

  /** The timeline changes: what was covered says nothing about the new one. */
  restart(): void {
    this.#endTicks = null;
    this.#coveredTicks = 0;
  }
}
