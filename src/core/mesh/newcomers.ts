import type { PeerId } from '../messages.ts';

/** Whoever waits longer for a key chunk has it from its parents, ms (chosen: a group of pictures, and the way). */
const WAITING_MS = 1_500;

interface Newcomer {
  readonly stripes: readonly number[];
  readonly sinceMs: number;
  /** The key chunk that it gets; null until one comes. */
  sequence: number | null;
}

/** Those who asked for stripes of the key chunk that is on air, before they could know which that is. Bounded by the links that open within `WAITING_MS`. */
export class Newcomers {
  readonly #waiting = new Map<PeerId, Newcomer>();

  /** @param sequence of the key chunk, if it is here or coming in */
  add(peerId: PeerId, stripes: readonly number[], sequence: number | null, nowMs: number): void {
    // Where no chunks come any more nothing else would make room.
    for (const [other, { sinceMs }] of this.#waiting) if (nowMs - sinceMs > WAITING_MS) this.#waiting.delete(other);
    this.#waiting.set(peerId, { stripes, sinceMs: nowMs, sequence });
  }

  /** A piece of a key chunk has come: who waits for it. */
  waitingFor(sequence: number, stripe: number, nowMs: number): PeerId[] {
    if (this.#waiting.size === 0) return [];
    const waiting: PeerId[] = [];
    for (const [peerId, newcomer] of this.#waiting) {
      newcomer.sequence ??= sequence;
      if (newcomer.sequence < sequence || nowMs - newcomer.sinceMs > WAITING_MS) this.#waiting.delete(peerId);
      else if (newcomer.sequence === sequence && newcomer.stripes.includes(stripe)) waiting.push(peerId);
    }
    return waiting;
  }
}
