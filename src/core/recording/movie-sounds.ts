import { AUDIO_TIMESCALE } from '../fmp4/tracks.ts';
import type { SampleRun } from './sample-table.ts';
import { TrackTables } from './track-tables.ts';

/** One Opus frame of silence, as the chunker writes it: 20 ms. @see RFC 6716, section 3.1 */
export const SILENCE = Uint8Array.of(0xfc, 0xff, 0xfe);
const SILENCE_TICKS = 960;
/** More than this in one file is held to be damage: 10 minutes of silence at once. Chosen. */
const MOST_SILENCE = 30_000;

/** Sounds of a group as they were recorded: some left out at its beginning, frames of silence before and behind the others. */
export interface KeptPart {
  readonly kind: 'kept';
  readonly dropped: number;
  readonly silenceBefore: number;
  readonly silenceAfter: number;
}

/** A stretch of sound that was encoded anew, bytes from its beginning. */
export interface MadePart {
  readonly kind: 'made';
  readonly from: number;
  readonly to: number;
}

/** The sound of a whole file, encoded anew. Its frames lie one behind the other elsewhere. */
export interface MadeSound {
  /** The sample entry that it needs: a whole box. */
  readonly entry: Uint8Array;
  /** Bytes of each frame. */
  readonly sizes: readonly number[];
  /** What a frame lasts, and what is decoded before the sound begins: ticks of `AUDIO_TIMESCALE`. */
  readonly frameTicks: number;
  readonly leadTicks: number;
}

/** The sound track of a file, planned group by group. */
export interface MovieSounds {
  readonly tables: TrackTables;
  /** What a player leaves out at the track's beginning, ticks. */
  readonly leadTicks: number;
  /** The sample entry, or what the recording's own is. */
  entry(recorded: Uint8Array): Uint8Array;
  /**
   * Sounds that go with a group.
   * @param offset where they lie in the media
   * @param untilMs where the group's pictures end in the file
   */
  add(run: SampleRun, shiftMs: number, offset: number, untilMs: number): { part: KeptPart | MadePart; bytes: number };
  /** What the last part needs at its end, and how many bytes that is. */
  finish(last: KeptPart | MadePart, offset: number, endMs: number): { part: KeptPart | MadePart; bytes: number };
}

/** Sounds as they were recorded, each at its place, holes filled with silence. */
export class KeptSounds implements MovieSounds {
  readonly tables = new TrackTables();
  readonly leadTicks = 0;

  entry(recorded: Uint8Array): Uint8Array {
    return recorded;
  }

  add(run: SampleRun, shiftMs: number, offset: number): { part: KeptPart; bytes: number } {
    let startTicks = Math.round(run.startTicks + (shiftMs * AUDIO_TIMESCALE) / 1000);
    let dropped = 0;
    let bytes = 0;
    const late = (): number => startTicks - this.tables.ticks;
    // Half a frame: what is nearer to its place stays there, so nothing adds up and nothing is heard.
    while (dropped < run.sizes.length && late() < -SILENCE_TICKS / 2) {
      startTicks += run.durations[dropped] ?? 0;
      dropped += 1;
    }
    const silenceBefore = run.sizes.length === dropped ? 0 : this.#addSilence(late());
    for (let at = dropped; at < run.sizes.length; at++) {
      const size = run.sizes[at] ?? 0;
      this.tables.add(size, run.durations[at] ?? SILENCE_TICKS, false);
      bytes += size;
    }
    this.tables.closeChunk(offset, silenceBefore + run.sizes.length - dropped, 1);
    const part = { kind: 'kept', dropped, silenceBefore, silenceAfter: 0 } as const;
    return { part, bytes: bytes + silenceBefore * SILENCE.length };
  }

  finish(last: KeptPart, offset: number, endMs: number): { part: KeptPart; bytes: number } {
    const silenceAfter = this.#addSilence((endMs * AUDIO_TIMESCALE) / 1000 - this.tables.ticks);
    this.tables.closeChunk(offset, silenceAfter, 1);
    return { part: { ...last, silenceAfter }, bytes: silenceAfter * SILENCE.length };
  }

  /** Fills so many ticks with whole frames of silence; returns how many. */
  #addSilence(ticks: number): number {
    const frames = Math.min(MOST_SILENCE, Math.max(0, Math.round(ticks / SILENCE_TICKS)));
    for (let frame = 0; frame < frames; frame++) this.tables.add(SILENCE.length, SILENCE_TICKS, false);
    return frames;
  }
}

/** One long sound, of which each group takes what lasts until its pictures end. */
export class MadeSounds implements MovieSounds {
  readonly tables = new TrackTables();
  #next = 0;
  #bytes = 0;

  constructor(private readonly sound: MadeSound) {}

  get leadTicks(): number {
    return this.sound.leadTicks;
  }

  entry(): Uint8Array {
    return this.sound.entry;
  }

  add(_run: SampleRun, _shiftMs: number, offset: number, untilMs: number): { part: MadePart; bytes: number } {
    const from = this.#bytes;
    const untilTicks = this.sound.leadTicks + (untilMs * AUDIO_TIMESCALE) / 1000;
    this.#take(offset, () => this.tables.ticks < untilTicks);
    return { part: { kind: 'made', from, to: this.#bytes }, bytes: this.#bytes - from };
  }

  finish(last: MadePart, offset: number): { part: MadePart; bytes: number } {
    this.#take(offset, () => true);
    return { part: { ...last, to: this.#bytes }, bytes: this.#bytes - last.to };
  }

  #take(offset: number, isWanted: () => boolean): void {
    const first = this.#next;
    for (; this.#next < this.sound.sizes.length && isWanted(); this.#next++) {
      const size = this.sound.sizes[this.#next] ?? 0;
      this.tables.add(size, this.sound.frameTicks, false);
      this.#bytes += size;
    }
    this.tables.closeChunk(offset, this.#next - first, 1);
  }
}
