import type { PeerId } from '../core/messages.ts';

/** Messages kept of each neighbour, and in all (chosen: a name, a state and a call; some dozens of neighbours at most). */
const MAX_OF_PEER = 8;
const MAX_EARLY = 256;

/** What neighbours' rooms say before this page's is open. None of them can talk the others down. */
export class EarlyWords {
  #words: { readonly from: PeerId; readonly data: Uint8Array }[] = [];

  keep(from: PeerId, data: Uint8Array): void {
    const ofPeer = this.#words.filter((word) => word.from === from).length;
    if (ofPeer < MAX_OF_PEER && this.#words.length < MAX_EARLY) this.#words.push({ from, data });
  }

  /** All of it, once. */
  take(): readonly { readonly from: PeerId; readonly data: Uint8Array }[] {
    return this.#words.splice(0);
  }
}
