import { SoundCover } from '../../core/fmp4/sound-cover.ts';
import type { PlayableChunk } from '../../core/media-chunk.ts';
import type { MediaRange } from '../../core/playhead.ts';
import { attachMediaSource, canPlay, mimeOf } from './media-source.ts';

/** Seconds of played media that stay in the buffer, and the step in which older media goes. Chosen. */
const KEEP_BEHIND_S = 10;
const TRIM_STEP_S = 5;
/** Seconds that stay in the buffer when nobody plays them: paused, or autoplay was refused. Chosen. */
const KEEP_UNPLAYED_S = 20;
/** What stays behind the playhead when the browser says that its buffer is full, seconds. Chosen. */
const KEEP_WHEN_FULL_S = 1;
/** Chunks that wait for a buffer that is busy or not open yet. Chosen: four seconds, two groups of pictures. */
const MOST_WAITING = 40;

/** Why a feed can't go on. `unsupported`: no decoder for these codecs; `broken`: damaged media or a failed decoder. */
export type FeedFailure = 'unsupported' | 'broken';

export interface FeedListener {
  /** A chunk was appended, or old media removed: the ranges changed. */
  onChanged(): void;
  /** Called once; the feed is of no use afterwards. */
  onFailed(failure: FeedFailure): void;
}

/**
 * One media source with one source buffer, fed from a key chunk on. Bounded: what was played is trimmed, and when the
 * buffer is stuck what waits is dropped up to the next key chunk.
 */
export class ChunkFeed {
  /** Media time 0 on the element, in whole seconds since 1970 by the host's clock. */
  readonly firstEpochS: number;
  readonly #video: HTMLVideoElement;
  readonly #listener: FeedListener;
  readonly #source: MediaSource | null;
  readonly #events = new AbortController();
  #buffer: SourceBuffer | null = null;
  #codecs: string;
  #epochS: number;
  /** The sequence that follows without a hole; null: only a key chunk may follow. */
  #nextSequence: number | null = null;
  #waiting: PlayableChunk[] = [];
  readonly #sound = new SoundCover();
  /** What is appended of the first chunk in waiting, once that was found out. */
  #next: Uint8Array | null = null;
  #trimmedToS = 0;
  #quotaTries = 0;

  /** @param first the key chunk that this feed begins with; it still has to be pushed */
  constructor(video: HTMLVideoElement, first: PlayableChunk, listener: FeedListener) {
    this.#video = video;
    this.#listener = listener;
    this.firstEpochS = first.epochS;
    this.#epochS = first.epochS;
    this.#codecs = first.codecs;
    const { signal } = this.#events;
    this.#source = attachMediaSource(video);
    this.#source?.addEventListener('sourceopen', () => this.#open(), { signal, once: true });
    video.addEventListener('error', () => this.#fail('broken'), { signal });
  }

  /** False when this chunk needs another media source: time runs backwards, or the codecs can't be changed. */
  accepts(chunk: PlayableChunk): boolean {
    if (chunk.kind === 'delta') return true;
    if (chunk.epochS < this.#epochS) return false;
    return chunk.codecs === this.#codecs || this.#buffer === null || 'changeType' in this.#buffer;
  }

  /** True while chunks wait to come into the ranges. */
  get pending(): boolean {
    return this.#waiting.length > 0 || this.#buffer?.updating !== false;
  }

  /** Takes the next chunk; one that doesn't follow the last one is ignored unless it is a key chunk. */
  push(chunk: PlayableChunk): void {
    const follows = chunk.epochS === this.#epochS && chunk.sequence === this.#nextSequence;
    if (chunk.kind === 'delta' && !follows) {
      this.#nextSequence = null;
      return;
    }
    this.#epochS = chunk.epochS;
    this.#nextSequence = chunk.sequence + 1;
    this.#waiting.push(chunk);
    if (this.#waiting.length > MOST_WAITING) this.#dropToNextKey();
    this.#pump();
  }

  /** What can be played, on the element's timeline. */
  ranges(): MediaRange[] {
    const { buffered } = this.#video;
    return Array.from({ length: buffered.length }, (_, index) => ({
      startMs: buffered.start(index) * 1000,
      endMs: buffered.end(index) * 1000,
    }));
  }

  /** Where the sound ends, on the element's timeline; null before any. */
  get soundEndMs(): number | null {
    const { endMs } = this.#sound;
    return endMs === null || this.#buffer === null ? null : endMs + this.#buffer.timestampOffset * 1000;
  }

  /** Sound that came too late and was left out, ms. */
  get soundLeftOutMs(): number {
    return this.#sound.leftOutMs;
  }

  /** Adds silence while the next chunk is late; nothing while one is on its way into the buffer. */
  coverSound(ms: number): void {
    const silence = this.pending ? null : this.#sound.cover(ms);
    if (silence !== null) this.#append(silence);
  }

  /** Lets go of everything but the element, which keeps this source until it gets another. */
  close(): void {
    this.#events.abort();
    this.#waiting = [];
    this.#buffer = null;
  }

  #open(): void {
    if (!canPlay(this.#codecs) || this.#source === null) {
      this.#fail('unsupported');
      return;
    }
    try {
      this.#buffer = this.#source.addSourceBuffer(mimeOf(this.#codecs));
    } catch {
      this.#fail('unsupported');
      return;
    }
    const onUpdated = (): void => {
      this.#listener.onChanged();
      this.#pump();
    };
    this.#buffer.addEventListener('updateend', onUpdated, { signal: this.#events.signal });
    this.#pump();
  }

  #pump(): void {
    const buffer = this.#buffer;
    if (buffer === null || buffer.updating || this.#source?.readyState !== 'open') return;
    if (this.#trim(buffer, this.#keepFromS(), TRIM_STEP_S)) return;
    const chunk = this.#waiting[0];
    if (chunk === undefined) return;
    if (chunk.kind === 'key' && !this.#retune(buffer, chunk)) return;
    this.#next ??= this.#sound.take(chunk.bytes);
    if (!this.#append(this.#next)) return;
    this.#waiting.shift();
    this.#next = null;
  }

  /** False when the buffer had no room: it is being trimmed, or has failed. */
  #append(bytes: Uint8Array): boolean {
    const buffer = this.#buffer;
    try {
      // A view on whatever memory the chunk came in; nobody writes to a chunk, shared or not.
      buffer?.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
      this.#quotaTries = 0;
      return true;
    } catch (error) {
      const full = error instanceof DOMException && error.name === 'QuotaExceededError' && this.#quotaTries === 0;
      this.#quotaTries += 1;
      const keepFromS = this.#video.currentTime - KEEP_WHEN_FULL_S;
      if (!full || buffer === null || !this.#trim(buffer, keepFromS, 0)) this.#fail('broken');
      return false;
    }
  }

  /** A key chunk may belong to another epoch or be encoded otherwise. False when that failed. */
  #retune(buffer: SourceBuffer, chunk: PlayableChunk): boolean {
    const offsetS = chunk.epochS - this.firstEpochS;
    try {
      if (chunk.codecs !== this.#codecs) buffer.changeType(mimeOf(chunk.codecs));
      this.#codecs = chunk.codecs;
      if (buffer.timestampOffset === offsetS) return true;
      buffer.timestampOffset = offsetS;
      this.#sound.restart();
      return true;
    } catch {
      this.#fail('broken');
      return false;
    }
  }

  #keepFromS(): number {
    const { buffered, currentTime } = this.#video;
    const endS = buffered.length === 0 ? 0 : buffered.end(buffered.length - 1);
    return Math.max(currentTime - KEEP_BEHIND_S, endS - KEEP_UNPLAYED_S);
  }

  /** Removes what is before `keepFromS`, if that is worth a step. True when the buffer is busy with it. */
  #trim(buffer: SourceBuffer, keepFromS: number, stepS: number): boolean {
    if (keepFromS <= this.#trimmedToS + stepS) return false;
    this.#trimmedToS = keepFromS;
    buffer.remove(0, keepFromS);
    return true;
  }

  #dropToNextKey(): void {
    const next = this.#waiting.findIndex((chunk, index) => index > 0 && chunk.kind === 'key');
    this.#waiting = next === -1 ? [] : this.#waiting.slice(next);
    this.#next = null;
    if (next === -1) this.#nextSequence = null;
  }

  #fail(failure: FeedFailure): void {
    this.close();
    this.#listener.onFailed(failure);
  }
}
