import { AWAY_MS } from '../playout.ts';
import type { ChunkStore } from './chunk-store.ts';
import { LEFT_BEHIND_CHUNKS } from './limits.ts';

/**
 * A chunk has to be there when so many newer ones are about (chosen: the newest is some 350 ms old then, so this one is about as
 * old as the playout time of an event, a second).
 */
const DUE_CHUNKS = 6;
/** Chunks that are remembered, and the share of them that has to be whole (chosen: one of two seconds' may be missing). */
const JUDGED_CHUNKS = 20;
const WHOLE_SHARE = 0.95;

/** Whether the show comes to this peer whole and in time: what its viewer sees, as far as the mesh can tell. */
export class Wholeness {
  /** Of the last chunks that were due, oldest first, whether they were there. */
  #there: boolean[] = [];
  #epochS: number | null = null;
  #looked = -1;

  /** False before any chunk was due. */
  get isWhole(): boolean {
    const there = this.#there.filter((is) => is).length;
    return there > 0 && there >= WHOLE_SHARE * this.#there.length;
  }

  /** Looks at what has become due, by the newest chunk that has shown itself here: others may claim what they like. */
  look(store: ChunkStore, nowMs: number): void {
    const due = store.newest - DUE_CHUNKS;
    if (store.epochS !== this.#epochS || nowMs - store.newestMs > AWAY_MS || due - this.#looked > LEFT_BEHIND_CHUNKS) {
      this.#epochS = store.epochS;
      this.#there = [];
      this.#looked = store.newest - 1;
    }
    for (let sequence = this.#looked + 1; sequence <= due; sequence++) {
      this.#there.push(store.at(sequence)?.missing === 0);
      if (this.#there.length > JUDGED_CHUNKS) this.#there.shift();
    }
    this.#looked = Math.max(this.#looked, due);
  }
}
