import type { ChunkHeader } from './chunk.ts';
import type { PlayableChunk } from './media-chunk.ts';

/** How long a hole may hold up what is there already, ms, before playing goes on at the next key chunk (chosen). */
const PATIENCE_MS = 500;
/** After nothing came for so long, ms, what lies between comes too late: nobody waits for it (chosen: as the mesh does). */
export const AWAY_MS = 1_500;
/** Chunks kept while waiting for an earlier one: as many as the mesh keeps (chosen). */
const MAX_HELD = 60;

/**
 * Puts chunks into order: they come whole and verified, but not one after the other. Begins at a key chunk; when a
 * hole lasts too long it jumps to a later key chunk.
 */
export class Playout {
  readonly #held = new Map<number, PlayableChunk>();
  #epochS = -1;
  /** Next sequence to play; null before the first. */
  #next: number | null = null;
  /** Since when something later is there and `#next` is not. */
  #stuckMs: number | null = null;
  /** When something could be played last. */
  #playedMs = Number.POSITIVE_INFINITY;

  /** Takes a whole chunk; returns what can be played now, in order. */
  take(header: ChunkHeader, bytes: Uint8Array, nowMs: number): PlayableChunk[] {
    const { kind, epochS, sequence, captureMs, durationMs, codecs } = header;
    if (kind === 'end' || epochS < this.#epochS) return [];
    if (epochS > this.#epochS) this.#restart(epochS);
    if (this.#next !== null && sequence < this.#next) return [];
    this.#held.set(sequence, { kind, epochS, sequence, captureMs, durationMs, codecs, bytes });
    if (this.#held.size > MAX_HELD) this.#held.delete(Math.min(...this.#held.keys()));
    return this.tend(nowMs);
  }

  /** Lets time pass: call it a few times a second. Returns what can be played now. */
  tend(nowMs: number): PlayableChunk[] {
    this.#next ??= this.#firstKey(0);
    if (this.#next === null) return [];
    if (!this.#held.has(this.#next) && this.#held.size > 0) {
      this.#stuckMs ??= nowMs;
      const isAway = nowMs - this.#playedMs >= AWAY_MS;
      if (isAway || nowMs - this.#stuckMs >= PATIENCE_MS) this.#next = this.#firstKey(this.#next) ?? this.#next;
    }
    const playable: PlayableChunk[] = [];
    for (let chunk = this.#held.get(this.#next); chunk; chunk = this.#held.get(this.#next)) {
      playable.push(chunk);
      this.#held.delete(this.#next);
      this.#next += 1;
    }
    if (playable.length > 0) {
      this.#stuckMs = null;
      this.#playedMs = nowMs;
      for (const sequence of this.#held.keys()) if (sequence < this.#next) this.#held.delete(sequence);
    }
    return playable;
  }

  #restart(epochS: number): void {
    this.#epochS = epochS;
    this.#held.clear();
    this.#next = null;
    this.#stuckMs = null;
  }

  #firstKey(from: number): number | null {
    const keys = [...this.#held.values()].filter(({ kind, sequence }) => kind === 'key' && sequence >= from);
    return keys.length > 0 ? Math.min(...keys.map(({ sequence }) => sequence)) : null;
  }
}
