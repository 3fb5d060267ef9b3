import { STRIPES } from '../chunk.ts';
import type { PeerId } from '../messages.ts';

/** A neighbour that is fed in one stripe. */
interface Child {
  readonly sinceMs: number;
  /** Slots that it said it could serve in turn. */
  readonly spare: number;
}

/** Who asks for a stripe. */
export interface Applicant {
  readonly peerId: PeerId;
  readonly stripe: number;
  readonly spare: number;
  /** It has no other source of this stripe. */
  readonly urgent: boolean;
  /** Whether it has cut that child off, and was the first of the two to do so: then the child is no way to it. */
  readonly shuns: (child: PeerId) => boolean;
}

/** The answer: taken in, taken in at the cost of another child, or not. */
export type Admission = { type: 'admitted' } | { type: 'replaced'; child: PeerId } | { type: 'full' };

/** A child keeps its place for so long before a better one may take it, ms (chosen: against churn). */
const TENURE_MS = 2_000;

/** With so many slots an applicant may take a place even if it is fed elsewhere (chosen: it feeds two shows' worth). */
const STRONG_SLOTS = 8;
/** A child with so many slots of its own is no weak one (chosen: it feeds others in each stripe). */
const WEAK_SLOTS = 4;
/** So many times the slots of a child make an applicant worth the change (chosen: against churn). */
const STRONGER = 2;

/**
 * The children of this peer, by stripe, within the slots of its uplink. Those who can pass on come before those who
 * can't: a full parent lets an applicant with slots of its own take the place of a child without, who then finds that
 * applicant below it. So supply moves up the tree and free riders are served last. An applicant with no other source
 * takes the place of a child that it has cut off: else one bad child could keep the show from all others. Nobody can
 * check such a charge, so it counts once, and not in return.
 */
export class Downstream {
  readonly #children = Array.from({ length: STRIPES }, () => new Map<PeerId, Child>());
  /** How many stripe slots the uplink allows now. */
  slots = 0;

  /** @param host the source shares its slots out evenly, so that no stripe is left without a way into the crowd */
  constructor(private readonly host: boolean) {}

  get used(): number {
    return this.#children.reduce((sum, children) => sum + children.size, 0);
  }

  get free(): number {
    // A source has room in each stripe that nobody takes from it, and says so.
    const open = this.host ? this.#children.filter(({ size }) => size === 0).length : 0;
    return Math.max(open, this.slots - this.used);
  }

  /** Neighbours that are fed at all. */
  get peers(): number {
    return new Set(this.#children.flatMap((children) => [...children.keys()])).size;
  }

  of(stripe: number): Iterable<PeerId> {
    return this.#children[stripe]?.keys() ?? [];
  }

  has(peerId: PeerId, stripe: number): boolean {
    return this.#children[stripe]?.has(peerId) ?? false;
  }

  stripesOf(peerId: PeerId): number[] {
    return this.#children.flatMap((children, stripe) => (children.has(peerId) ? [stripe] : []));
  }

  admit({ peerId, stripe, spare, urgent, shuns }: Applicant, nowMs: number): Admission {
    const children = this.#children[stripe];
    if (!children) return { type: 'full' };
    const child = { sinceMs: nowMs, spare };
    if (children.has(peerId) || this.#roomIn(children)) {
      children.set(peerId, child);
      return { type: 'admitted' };
    }
    const shunned = urgent ? [...children.keys()].find(shuns) : undefined;
    const better = urgent || spare >= STRONG_SLOTS;
    const victim = shunned ?? (better ? this.#weaker(children, spare, nowMs) : null);
    if (victim === null) return { type: 'full' };
    children.delete(victim);
    children.set(peerId, child);
    return { type: 'replaced', child: victim };
  }

  remove(peerId: PeerId, stripe: number): void {
    this.#children[stripe]?.delete(peerId);
  }

  removeAll(peerId: PeerId): void {
    for (const children of this.#children) children.delete(peerId);
  }

  /** When the uplink shrank: a child to let go of, the youngest of those that pass nothing on; null when all fit. */
  excess(): { peerId: PeerId; stripe: number } | null {
    if (this.used <= this.slots) return null;
    const all = this.#children.flatMap((children, stripe) =>
      Array.from(children, ([peerId, { spare, sinceMs }]) => ({ peerId, stripe, spare, sinceMs })),
    );
    // A source keeps a way into the crowd for each stripe, whatever its uplink says: the bitrate comes down instead.
    const dispensable = all.filter(({ stripe }) => !this.host || (this.#children[stripe]?.size ?? 0) > 1);
    dispensable.sort((a, b) => Math.min(a.spare, 1) - Math.min(b.spare, 1) || b.sinceMs - a.sinceMs);
    return dispensable[0] ?? null;
  }

  #roomIn(children: ReadonlyMap<PeerId, Child>): boolean {
    if (this.host && children.size === 0) return true;
    if (this.used >= this.slots) return false;
    return !this.host || children.size < Math.ceil(this.slots / STRIPES);
  }

  /** The child with the fewest slots of its own, if the applicant has clearly more. */
  #weaker(children: ReadonlyMap<PeerId, Child>, spare: number, nowMs: number): PeerId | null {
    let weakest: PeerId | null = null;
    let least = Math.min(spare / STRONGER, WEAK_SLOTS);
    for (const [peerId, child] of children) {
      if (child.spare >= least || nowMs - child.sinceMs <= TENURE_MS) continue;
      weakest = peerId;
      least = child.spare;
    }
    return weakest;
  }
}
