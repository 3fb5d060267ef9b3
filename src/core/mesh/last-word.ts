import type { ChunkHeader } from '../chunk.ts';
import type { ChunkStore } from './chunk-store.ts';

/** The host's signed end of the show, for as long as no later session of it has begun. */
export class LastWord {
  #end: ChunkHeader | null = null;

  /** @param sinceEpochS an earlier session is known to be over, and its end no news */
  constructor(
    private readonly store: ChunkStore,
    private readonly sinceEpochS = 0,
  ) {}

  /** Null while the show goes on, or has begun anew. */
  get header(): ChunkHeader | null {
    return this.#end !== null && this.#end.epochS >= (this.store.epochS ?? 0) ? this.#end : null;
  }

  /** The host's latest session, as far as it is known here. */
  get epochS(): number {
    return Math.max(this.sinceEpochS, this.store.epochS ?? 0, this.#end?.epochS ?? 0);
  }

  /** @returns whether it is news */
  hear(header: ChunkHeader): boolean {
    if (header.epochS < this.epochS || header.epochS === this.#end?.epochS) return false;
    this.#end = header;
    return true;
  }
}
