import type { ChunkHeader } from '../chunk.ts';
import type { ChunkStore } from './chunk-store.ts';

/** The host's signed end of the show, for as long as no later session of it has begun. */
export class LastWord {
  #end: ChunkHeader | null = null;

  constructor(private readonly store: ChunkStore) {}

  /** Null while the show goes on, or has begun anew. */
  get header(): ChunkHeader | null {
    return this.#end !== null && this.#end.epochS >= (this.store.epochS ?? 0) ? this.#end : null;
  }

  /** @returns whether it is news */
  hear(header: ChunkHeader): boolean {
    if (header.epochS <= (this.#end?.epochS ?? -1) || header.epochS < (this.store.epochS ?? 0)) return false;
    this.#end = header;
    return true;
  }
}
