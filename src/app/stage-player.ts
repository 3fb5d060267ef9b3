import type { PlayableChunk } from '../core/media-chunk.ts';
import type { ProblemCode } from './problem.ts';

/** What the player measured so far; see `media` in the diagnostics. */
export interface PlayerStats {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSecond: number;
  /** Capture to screen by the host's clock, ms; null before the first frame or without a host clock. */
  readonly latencyMs: number | null;
  readonly bufferedMs: number;
  /** Times the picture stood still after the first frame, and for how long in all. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** Sound that came too late, ms: silence stood in for it, and the picture for the missing ones. */
  readonly silencedMs: number;
  readonly framesShown: number;
  /** First frame on the screen, ms after navigation start. */
  readonly firstFrameMs: number | null;
}

export type PlayerEvent =
  | { type: 'playing' } // first frame, or frames again after a stall
  | { type: 'stalled' } // nothing left to play; the last picture stays
  | { type: 'problem'; code: ProblemCode };

/** Plays chunks on one video element, near the live edge. */
export interface StagePlayer {
  /** Feeds the next chunk; chunks of other epochs and jumps in `sequence` are allowed, always at a key chunk. */
  push(chunk: PlayableChunk): void;
  /**
   * Host's clock minus the local clock: `hostUnixMs = Date.now() + offsetMs`; null while unknown.
   */
  setHostClockOffset(offsetMs: number | null): void;
  readonly stats: PlayerStats;
  onEvent(listener: (event: PlayerEvent) => void): () => void;
  /** Stops and frees the media source; the element keeps its last picture. */
  close(): void;
}

/** Can this browser play at all, and this show in particular? `codecs` as in `MediaChunk`; empty asks in general. */
export type CanPlay = (codecs: string) => boolean;
