import type { PlayerEvent, PlayerStats, StagePlayer } from '../../app/stage-player.ts';
import type { PlayableChunk } from '../../core/media-chunk.ts';
import { Playhead } from '../../core/playhead.ts';
import { autoplay, type Autoplay } from './autoplay.ts';
import { ChunkFeed, type FeedFailure } from './chunk-feed.ts';
import { onFrames } from './frame-callbacks.ts';
import { keepLastPicture } from './last-picture.ts';
import { PlaybackMeter } from './playback-meter.ts';
import { SoundOutput } from './sound-output.ts';
import { SoundWatch } from './sound-watch.ts';
import { STALL_AFTER_MS } from './standstill.ts';

/** How often the playhead is looked after, besides after every append. Chosen: as often as a stall may begin. */
const TICK_MS = STALL_AFTER_MS / 2;
/** Failures without a second of pictures in between, after which this show can't be played here. Chosen. */
const MOST_FAILURES = 3;
const PROVEN_AFTER_MS = 1_000;
/**
 * Rates this near to 1 may change the pitch, by two thirds of a semitone at most: where Chromium 156 stretched sound in
 * time instead, it stopped for want of it with 260 to 340 ms in the buffer.
 */
const RESAMPLED_UP_TO = 0.041;

/** Plays chunks on `video` through Media Source Extensions, near the live edge. The element should be muted and inline. */
export function createStagePlayer(video: HTMLVideoElement): StagePlayer {
  return new MediaSourcePlayer(video);
}

/** A picture that stands so long while media comes in is stuck: the source is built anew, ms. Chosen. */
const STUCK_MS = 3_000;
/** Media that came this lately is coming in, ms. Chosen: ten chunks. */
const FRESH_MS = 1_000;

class MediaSourcePlayer implements StagePlayer {
  readonly #video: HTMLVideoElement;
  readonly #listeners = new Set<(event: PlayerEvent) => void>();
  readonly #closing = new AbortController();
  readonly #autoplay: Autoplay;
  readonly #meter: PlaybackMeter;
  readonly #output: SoundOutput;
  readonly #sound: SoundWatch;
  readonly #timer: ReturnType<typeof setInterval>;
  #playhead = new Playhead();
  #feed: ChunkFeed | null = null;
  /** Where playable media ends. */
  #edgeMs = 0;
  /** When it last moved on, and since when the picture has been standing, `performance.now()`. */
  #edgeMovedMs = -Infinity;
  #standsSinceMs: number | null = null;
  /** The feed has been sought to its live edge and plays. */
  #begun = false;
  /** Of the feeds before this one. */
  #silencedMs = 0;
  #epochS: number | null = null;
  #failures = 0;
  /** When the present feed showed its first frame, `performance.now()`. */
  #shownSinceMs: number | null = null;

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    this.#autoplay = autoplay(video);
    this.#meter = new PlaybackMeter(video);
    this.#output = new SoundOutput(video);
    this.#sound = new SoundWatch(video, this.#output);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    onFrames(video, this.#closing.signal, (displayedAtMs, mediaTimeS, presented) => {
      this.#onFrame(displayedAtMs, mediaTimeS, presented);
    });
  }

  get stats(): PlayerStats {
    const { videoWidth, videoHeight, currentTime } = this.#video;
    const nowAtMs = currentTime * 1000;
    const current = this.#feed?.ranges().find((range) => nowAtMs >= range.startMs && nowAtMs <= range.endMs);
    return {
      width: videoWidth,
      height: videoHeight,
      bitsPerSecond: this.#meter.bitsPerSecond(performance.now()),
      latencyMs: this.#meter.latencyMs,
      bufferedMs: this.#begun && current !== undefined ? current.endMs - nowAtMs : 0,
      stalls: this.#meter.standstill.stalls,
      stalledMs: this.#meter.standstill.stalledMs,
      silencedMs: this.#silencedMs + (this.#feed?.soundLeftOutMs ?? 0),
      framesShown: this.#meter.framesShown,
      firstFrameMs: this.#meter.firstFrameMs,
    };
  }

  push(chunk: PlayableChunk): void {
    if (this.#closing.signal.aborted) return;
    this.#meter.arrived(performance.now(), chunk);
    if (this.#feed?.accepts(chunk) === false) this.#dropFeed();
    if (this.#feed === null) {
      if (chunk.kind !== 'key') return;
      this.#startFeed(chunk);
    }
    if (chunk.epochS !== this.#epochS) {
      this.#epochS = chunk.epochS;
      this.#playhead.restart();
    }
    this.#feed?.push(chunk);
  }

  setHostClockOffset(offsetMs: number | null): void {
    this.#meter.setHostClockOffset(offsetMs);
  }

  onEvent(listener: (event: PlayerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearInterval(this.#timer);
    this.#autoplay.stop();
    this.#sound.stop();
    this.#output.close();
    this.#listeners.clear();
    this.#dropFeed();
    // Without a source the element shows its poster, and the media source can be freed.
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  #startFeed(key: PlayableChunk): void {
    this.#feed = new ChunkFeed(this.#video, key, {
      onChanged: () => this.#onBuffered(),
      onFailed: (failure) => this.#onFailed(failure),
    });
    this.#edgeMs = 0;
    this.#meter.newSource(key.epochS);
    this.#playhead.restart();
  }

  #dropFeed(): void {
    if (this.#feed === null) return;
    this.#sound.stop();
    keepLastPicture(this.#video);
    this.#meter.sourceGone();
    this.#silencedMs += this.#feed.soundLeftOutMs;
    this.#feed.close();
    this.#feed = null;
    this.#begun = false;
    this.#shownSinceMs = null;
  }

  /** The next key chunk begins anew: damage is over by then, and a decoder that failed once may be free again. */
  #onFailed(failure: FeedFailure): void {
    this.#dropFeed();
    const hopeless = this.#failures >= MOST_FAILURES;
    this.#failures += failure === 'unsupported' ? MOST_FAILURES : 1;
    if (!hopeless && this.#failures >= MOST_FAILURES) this.#emit({ type: 'problem', code: 'cannot-play' });
  }

  #onBuffered(): void {
    const endMs = this.#feed?.ranges().at(-1)?.endMs;
    // Trimming changes the ranges too, but brings nothing new.
    if (endMs !== undefined && endMs > this.#edgeMs) {
      this.#edgeMs = endMs;
      this.#edgeMovedMs = performance.now();
      this.#playhead.heldMs = this.#output.heldMs;
      this.#playhead.arrived(performance.now(), endMs);
    }
    this.#tick();
  }

  #onFrame(displayedAtMs: number, mediaTimeS: number, presented: number): void {
    const nowMs = performance.now();
    this.#shownSinceMs ??= nowMs;
    if (nowMs - this.#shownSinceMs > PROVEN_AFTER_MS) this.#failures = 0;
    if (this.#meter.frame(nowMs, mediaTimeS, displayedAtMs, presented)) this.#emit({ type: 'playing' });
    this.#tick();
  }

  #tick(): void {
    const nowMs = performance.now();
    const change = this.#meter.sample(nowMs);
    if (change === 'stalled') {
      this.#playhead.stalled(nowMs);
      this.#emit({ type: 'stalled' });
    }
    if (change === 'moving') this.#emit({ type: 'playing' });
    if (this.#isStuck(nowMs)) this.#dropFeed();
    this.#steer(nowMs);
    if (this.#feed !== null && this.#begun && !this.#meter.standstill.stalled) this.#sound.look(this.#feed);
  }

  /** A browser may wait for ever at a place that it has no picture for; the next key chunk then begins anew. */
  #isStuck(nowMs: number): boolean {
    // While nothing comes there is nothing to show.
    const isFed = nowMs - this.#edgeMovedMs <= FRESH_MS;
    this.#standsSinceMs = isFed && this.#meter.standstill.stalled ? (this.#standsSinceMs ?? nowMs) : null;
    if (this.#standsSinceMs === null || nowMs - this.#standsSinceMs < STUCK_MS) return false;
    this.#standsSinceMs = nowMs;
    return true;
  }

  #steer(nowMs: number): void {
    const video = this.#video;
    if (this.#feed === null || video.seeking) return;
    const positionMs = video.currentTime * 1000;
    const decision = this.#playhead.decide({
      nowMs,
      positionMs: this.#begun ? positionMs : null,
      ranges: this.#feed.ranges(),
      paused: video.paused,
      pending: this.#feed.pending,
      stalled: this.#meter.standstill.stalled,
      rate: video.playbackRate,
    });
    if (video.playbackRate !== decision.rate) video.playbackRate = decision.rate;
    const keepPitch = Math.abs(decision.rate - 1) > RESAMPLED_UP_TO;
    if (video.preservesPitch !== keepPitch) video.preservesPitch = keepPitch;
    if (decision.seekToMs === null) return;
    video.currentTime = decision.seekToMs / 1000;
    this.#meter.standstill.jumped(positionMs, decision.seekToMs);
    if (!this.#begun) this.#autoplay.start();
    this.#begun = true;
  }

  #emit(event: PlayerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
