import { isPeerId, type Message, type PeerId } from '../messages.ts';
import type { Neighbour } from './neighbour.ts';

/** What the first links are asked for, each for a part: a new link lets out 12 kB at first (chosen: with the parity a row needs four). */
const PARTS: readonly (readonly number[])[] = [
  [0, 1],
  [2, 3],
];

/**
 * What a newcomer asks for right behind its hello, before it knows what there is: so the first pieces come along with
 * the other side's first words, a round trip sooner than asked for by name.
 */
export class HeadStart {
  readonly #asked = new Map<PeerId, readonly number[]>();

  /** @param isNew nothing has come, and nothing is under way */
  constructor(private readonly isNew: () => boolean) {}

  /** Who was asked for which stripes of the key chunk that is on air. */
  get asked(): ReadonlyMap<PeerId, readonly number[]> {
    return this.#asked;
  }

  /** What to say to the one at the other end of a link that opens; null: nothing, or it isn't known who that is. */
  ask(to: PeerId): Message | null {
    const stripes = this.isNew() ? PARTS[this.#asked.size] : undefined;
    if (!stripes || !isPeerId(to) || this.#asked.has(to)) return null;
    this.#asked.set(to, stripes);
    return { type: 'begin', stripes };
  }

  /** Passes over one that was asked and has nothing, by its first words, or passes nothing on: another may be asked. False for all others. */
  passesOver({ peerId, relays, status }: Neighbour): boolean {
    return !(relays && status.newest) && this.declined(peerId);
  }

  /** It sends nothing of it, or is gone; false if it was not asked. */
  declined(peerId: PeerId): boolean {
    return this.#asked.delete(peerId);
  }
}
