import type { ChunkHeader } from '../../src/core/chunk.ts';

/** Remembered as whole: more than the mesh keeps. */
const REMEMBERED = 128;

export interface ViewingOptions {
  /** Playout time: so long after capture, ms. */
  readonly playoutMs: number;
  readonly chunkMs: number;
  /** Each chunk that becomes playable in order: how long after its capture, ms. */
  readonly onPlayable: (latencyMs: number) => void;
}

/** What one viewer sees: when the picture begins, and which chunks can be played in order. */
export class Viewing {
  /** Since when somebody was there who could feed it, whatever NAT forbids, ms; null before. */
  reachableMs: number | null = null;
  /** First playable picture, ms; null before. */
  startedMs: number | null = null;
  piecesDue = 0;
  piecesThere = 0;
  #epochS = -1;
  #first = 0;
  #next: number | null = null;
  readonly #whole = new Int32Array(REMEMBERED).fill(-1);

  constructor(private readonly options: ViewingOptions) {}

  /** A chunk is whole here. */
  take({ kind, epochS, sequence }: ChunkHeader, nowMs: number): void {
    if (epochS < this.#epochS) return;
    if (epochS > this.#epochS) this.#begin(epochS);
    this.#whole[sequence % REMEMBERED] = sequence;
    // Until the picture stands, a newer group of pictures is a better place to begin.
    if (this.#next === null || (this.startedMs === null && kind === 'key' && sequence > this.#next)) {
      if (kind !== 'key') return;
      this.#next = sequence;
      this.#first = sequence;
    }
    this.#advance(this.#next, nowMs);
    if (this.startedMs === null && this.#isPlayable(nowMs)) this.startedMs = nowMs;
  }

  /** Whether a chunk concerns this viewer when its playout time has come: one before its first picture does not. */
  concerns(epochS: number, sequence: number, patienceMs: number, nowMs: number): boolean {
    if (this.startedMs === null) return this.reachableMs !== null && nowMs > this.reachableMs + patienceMs;
    return epochS !== this.#epochS || sequence >= this.#first;
  }

  /** Whether everything is there that ought to be on the screen by now. */
  #isPlayable(nowMs: number): boolean {
    const { playoutMs, chunkMs } = this.options;
    return this.#next !== null && this.#epochS * 1000 + this.#next * chunkMs + playoutMs > nowMs;
  }

  #begin(epochS: number): void {
    this.#epochS = epochS;
    this.#next = null;
    this.#whole.fill(-1);
  }

  #advance(from: number, nowMs: number): void {
    const { playoutMs, chunkMs, onPlayable } = this.options;
    let next = from;
    for (;;) {
      const latencyMs = nowMs - (this.#epochS * 1000 + next * chunkMs);
      const isThere = this.#whole[next % REMEMBERED] === next;
      if (isThere && this.startedMs !== null) onPlayable(latencyMs);
      // Still to come in time: what is later waits for it. Before the picture stands, that needs everything.
      if (!isThere && (this.startedMs === null || latencyMs <= playoutMs)) break;
      next += 1;
    }
    this.#next = next;
  }
}
