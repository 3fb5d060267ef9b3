import type { PeerId } from '../messages.ts';

/** A piece is of use to whoever asked for it for so long, ms (chosen: half a dozen chunks; by then it was had from elsewhere). */
const OPEN_MS = 500;
/** Chunks of which one neighbour, and all of them, may wait for pieces (chosen: those of half a second, of a dozen who lost their parents). */
const MAX_OF_ONE = 8;
const MAX_OF_ALL = 96;
/** Chunks that may be asked for behind, and ahead of, the newest one here (chosen: as far as live media is apart). */
const BEHIND = 5;
const AHEAD = 8;

interface Interest {
  readonly peerId: PeerId;
  readonly sequence: number;
  /** Which pieces; empty means all of them. */
  readonly indices: readonly number[];
  readonly sinceMs: number;
}

/**
 * What neighbours asked for while it was not here: it is passed on when it comes. When many relays vanish at once, most of those who
 * are asked have lost their own parents; so the show finds its way along the questions, instead of being asked for again and again.
 * @see Named Data Networking's pending interest table (Zhang et al., ACM CCR 44(3), 2014)
 */
export class Interests {
  /** Oldest first. */
  #open: Interest[] = [];

  /** @param newest chunk that is here: others than those about it are not waited for */
  add(peerId: PeerId, sequence: number, indices: readonly number[], newest: number, nowMs: number): void {
    if (sequence <= newest - BEHIND || sequence >= newest + AHEAD) return;
    this.#expire(nowMs);
    const before = this.#open.find((other) => other.peerId === peerId && other.sequence === sequence);
    if (before) this.#open.splice(this.#open.indexOf(before), 1);
    else if (this.#open.length >= MAX_OF_ALL || this.#count(peerId) >= MAX_OF_ONE) return;
    this.#open.push({ peerId, sequence, indices: before ? both(before.indices, indices) : indices, sinceMs: nowMs });
  }

  /** A piece has come: who waits for it. */
  waitingFor(sequence: number, index: number, nowMs: number): readonly PeerId[] {
    if (this.#open.length === 0) return NOBODY;
    this.#expire(nowMs);
    return this.#open.filter((interest) => concerns(interest, sequence, index)).map(({ peerId }) => peerId);
  }

  #expire(nowMs: number): void {
    while (this.#open[0] && nowMs - this.#open[0].sinceMs > OPEN_MS) this.#open.shift();
  }

  #count(peerId: PeerId): number {
    return this.#open.filter((interest) => interest.peerId === peerId).length;
  }
}

const NOBODY: readonly PeerId[] = [];

const concerns = (interest: Interest, sequence: number, index: number): boolean =>
  interest.sequence === sequence && (interest.indices.length === 0 || interest.indices.includes(index));

/** Both sets of pieces, of which an empty one means all. */
const both = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.length === 0 || b.length === 0 ? [] : [...new Set([...a, ...b])];
