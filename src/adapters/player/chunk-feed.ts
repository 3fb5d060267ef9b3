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
    try {
      if (chunk.kind === 'key') this.#retune(buffer, chunk);
      // A view on whatever memory the chunk came in; nobody writes to a chunk, shared or not.
      buffer.appendBuffer(chunk.bytes as Uint8Array<ArrayBuffer>);
      this.#waiting.shift();
      this.#quotaTries = 0;
    } catch (error) {
      const full = error instanceof DOMException && error.name === 'QuotaExceededError' && this.#quotaTries === 0;
      this.#quotaTries += 1;
      if (!full || !this.#trim(buffer, this.#video.currentTime - KEEP_WHEN_FULL_S, 0)) this.#fail('broken');
    }
  }

  /** A key chunk may belong to another epoch or be encoded otherwise. */
  #retune(buffer: SourceBuffer, chunk: PlayableChunk): void {
    if (chunk.codecs !== this.#codecs) {
      buffer.changeType(mimeOf(chunk.codecs));
      this.#codecs = chunk.codecs;
    }
    const offsetS = chunk.epochS - this.firstEpochS;
    if (buffer.timestampOffset !== offsetS) buffer.timestampOffset = offsetS;
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
    if (next === -1) this.#nextSequence = null;
  }

  #fail(failure: FeedFailure): void {
    this.close();
    this.#listener.onFailed(failure);
  }
}
