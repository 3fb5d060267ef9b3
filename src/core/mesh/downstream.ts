import { DATA_STRIPES, STRIPES } from '../chunk.ts';
import type { PeerId } from '../messages.ts';

/** A neighbour that is fed in one stripe. */
interface Child {
  readonly sinceMs: number;
  /** Children that it said it could feed in this stripe in turn. */
  readonly spare: number;
  /** Fed until then, ms: infinite unless it has to go. */
  untilMs: number;
}

type Children = Map<PeerId, Child>;

/** `Child.untilMs` of one who may stay. */
const STAYS = Number.POSITIVE_INFINITY;

/** A child and its place. */
export interface Place {
  readonly peerId: PeerId;
  readonly stripe: number;
  readonly child: Child;
}

/** Who makes room; one that is of use to others is fed until it has found another place. */
interface Victim extends Place {
  readonly isUseful: boolean;
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
  /** Whether nothing was heard of that child lately: it may be gone. */
  readonly isQuiet: (child: PeerId) => boolean;
  /** Whether nobody else gets the stripe by that child, as far as a host can hear. */
  readonly isBarren: (child: PeerId) => boolean;
}

/** The answer: taken in, taken in at the cost of another child, or not. */
export type Admission = { type: 'admitted' } | { type: 'replaced'; child: PeerId; stripe: number } | { type: 'full' };

/** A child keeps its place for so long before a better one may take it, ms (chosen: against churn). */
const TENURE_MS = 2_000;

/** A host's child has so long to become of use to others, ms; so often one that didn't makes room for another (chosen). */
const PROOF_MS = 4_000;
const WEED_MS = 1_000;

/** Share of the slots that is offered to everyone (chosen). */
const OFFERED_SHARE = 0.67;

/** One who has to go is fed for so long yet, ms: time to set up a link to another parent (chosen). */
const GRACE_MS = 1_500;

/** With so many children to feed an applicant may take a place even if it is fed elsewhere (chosen). */
const STRONG_SLOTS = 8;
/** With so many it may take that of a child that feeds nobody (chosen). */
const USEFUL_SLOTS = 2;
/** A child with so many slots of its own is no weak one (chosen: it feeds others in each stripe). */
const WEAK_SLOTS = 4;
/** So many times the slots of a child make an applicant worth the change (chosen: against churn). */
const STRONGER = 2;

/**
 * The children of this peer, by stripe, within the slots of its uplink. Those who can pass on come before those who
 * can't: a full parent lets an applicant with slots of its own take the place of a child without, who then finds that
 * applicant below it. So supply moves up the tree and free riders are served last. An applicant with no other source
 * takes the place of a child that may be gone, or that it has cut off: else one bad child could keep the show from all
 * others. Nobody can check such a charge, so it counts once, and not in return.
 */
export class Downstream {
  readonly #children = Array.from({ length: STRIPES }, (): Children => new Map());
  #weededMs = Number.NEGATIVE_INFINITY;
  /** Goes up whenever somebody becomes a child, or ceases to be one. */
  revision = 0;
  /** How many stripe slots the uplink allows now. */
  slots = 0;

  /** @param main the stripe that this peer mainly passes on; null for the source, who shares its slots out evenly */
  constructor(private readonly main: number | null) {}

  /** Slots taken by those who may stay. */
  get used(): number {
    let used = 0;
    for (let stripe = 0; stripe < STRIPES; stripe++) used += this.count(stripe);
    return used;
  }

  /** Children in a stripe who may stay. */
  count(stripe: number): number {
    let staying = 0;
    for (const { untilMs } of this.#children[stripe]?.values() ?? []) if (untilMs === STAYS) staying += 1;
    return staying;
  }

  get free(): number {
    // A source has room in each stripe that nobody takes from it, and says so.
    const open = this.#children.filter(({ size }, stripe) => size === 0 && this.#isDue(stripe)).length;
    return Math.max(open, this.#offered - this.used);
  }

  /** Neighbours that are fed at all. */
  get peers(): number {
    return new Set(this.#children.flatMap((children) => [...children.keys()])).size;
  }

  of(stripe: number): Iterable<PeerId> {
    return this.#children[stripe]?.keys() ?? [];
  }

  /** Since when that child is fed in that stripe, ms; infinite if it isn't. */
  sinceMs(peerId: PeerId, stripe: number): number {
    return this.#children[stripe]?.get(peerId)?.sinceMs ?? Number.POSITIVE_INFINITY;
  }

  has(peerId: PeerId, stripe: number): boolean {
    return this.#children[stripe]?.has(peerId) ?? false;
  }

  /** Whether that neighbour is fed at all. */
  feeds(peerId: PeerId): boolean {
    for (const children of this.#children) if (children.has(peerId)) return true;
    return false;
  }

  stripesOf(peerId: PeerId): number[] {
    const stripes: number[] = [];
    for (let stripe = 0; stripe < STRIPES; stripe++) if (this.has(peerId, stripe)) stripes.push(stripe);
    return stripes;
  }

  admit(applicant: Applicant, nowMs: number): Admission {
    const { peerId, stripe, spare, urgent } = applicant;
    const children = this.#children[stripe];
    if (!children) return { type: 'full' };
    const child = { sinceMs: nowMs, spare, untilMs: STAYS };
    if (children.get(peerId)?.untilMs === STAYS || this.#roomIn(stripe, urgent)) {
      this.#put(stripe, peerId, child);
      return { type: 'admitted' };
    }
    const victim = this.#victim(applicant, children, nowMs);
    if (victim === null) return { type: 'full' };
    if (victim.isUseful) victim.child.untilMs = nowMs + GRACE_MS;
    else this.remove(victim.peerId, stripe);
    this.#put(stripe, peerId, child);
    return { type: 'replaced', child: victim.peerId, stripe: victim.stripe };
  }

  /** Somebody is fed without having asked. */
  take(peerId: PeerId, stripe: number, spare: number, nowMs: number): void {
    this.#put(stripe, peerId, { sinceMs: nowMs, spare, untilMs: STAYS });
  }

  /** It has to go, in a while. */
  dismiss(peerId: PeerId, stripe: number, nowMs: number): void {
    const child = this.#children[stripe]?.get(peerId);
    if (child) child.untilMs = Math.min(child.untilMs, nowMs + GRACE_MS);
  }

  /** Those whose time is over, who have been told before. */
  overdue(nowMs: number): Place[] {
    return this.#places(({ untilMs }) => untilMs <= nowMs);
  }

  remove(peerId: PeerId, stripe: number): void {
    if (this.#children[stripe]?.delete(peerId) === true) this.revision += 1;
  }

  removeAll(peerId: PeerId): void {
    for (let stripe = 0; stripe < STRIPES; stripe++) this.remove(peerId, stripe);
  }

  /** When the uplink shrank: a child to let go of, the youngest of those that pass nothing on; null when all fit. */
  excess(): Place | null {
    if (this.used <= this.slots) return null;
    // A source keeps a way into the crowd for each stripe, whatever its uplink says: the bitrate comes down instead.
    const all = this.#places(
      ({ untilMs }, stripe) => untilMs === STAYS && !(this.#isDue(stripe) && this.count(stripe) === 1),
    );
    all.sort((a, b) => Math.min(a.child.spare, 1) - Math.min(b.child.spare, 1) || b.child.sinceMs - a.child.sinceMs);
    return all[0] ?? null;
  }

  #put(stripe: number, peerId: PeerId, child: Child): void {
    this.#children[stripe]?.set(peerId, child);
    this.revision += 1;
  }

  /** An uplink that is used up sends late: the last slots are for those who would have nothing otherwise. */
  get #offered(): number {
    return this.main === null ? this.slots : Math.ceil(this.slots * OFFERED_SHARE);
  }

  /** Whether a source has to send it at least once: parity can be made by others, so a thin line leaves it to them. */
  #isDue(stripe: number): boolean {
    return this.main === null && (stripe < DATA_STRIPES || this.slots >= STRIPES);
  }

  #roomIn(stripe: number, urgent: boolean): boolean {
    const count = this.count(stripe);
    if (this.#isDue(stripe) && count === 0) return true;
    if (this.used >= (urgent ? this.slots : this.#offered)) return false;
    return this.main !== null || count < Math.ceil(this.slots / STRIPES);
  }

  #victim(
    { stripe, spare, urgent, shuns, isQuiet, isBarren }: Applicant,
    children: Children,
    nowMs: number,
  ): Victim | null {
    const useless = urgent
      ? [...children].find(([peerId, { untilMs }]) => untilMs === STAYS && (shuns(peerId) || isQuiet(peerId)))
      : undefined;
    if (useless) return { peerId: useless[0], stripe, child: useless[1], isUseful: false };
    if (this.main === null && spare >= USEFUL_SLOTS && nowMs - this.#weededMs > WEED_MS) {
      const barren = [...children].find(
        ([peerId, { sinceMs, untilMs }]) => untilMs === STAYS && nowMs - sinceMs > PROOF_MS && isBarren(peerId),
      );
      if (barren) {
        this.#weededMs = nowMs;
        return { peerId: barren[0], stripe, child: barren[1], isUseful: true };
      }
    }
    // Who passes nothing on holds nobody up when it has to go, and at the source each place counts.
    const settled = ({ sinceMs, untilMs, spare: own }: Child): boolean =>
      untilMs === STAYS && (nowMs - sinceMs > TENURE_MS || (this.main === null && own === 0));
    if (stripe === this.main && (urgent || spare > 0)) {
      // This is the stripe that others come here for: one of another stripe makes room.
      const strangers = this.#places((child, other) => other !== stripe && settled(child));
      const [stranger] = strangers.sort((a, b) => a.child.spare - b.child.spare);
      if (stranger) return { ...stranger, isUseful: true };
    }
    // At the source a newcomer's promise is not worth the trouble that each change means for everyone below.
    const strong = (urgent && this.main !== null) || spare >= STRONG_SLOTS ? Math.min(spare / STRONGER, WEAK_SLOTS) : 0;
    const least = Math.max(strong, spare >= USEFUL_SLOTS ? 1 : 0);
    const weaker = this.#places((child, own) => own === stripe && settled(child) && child.spare < least);
    const [weakest] = weaker.sort((a, b) => a.child.spare - b.child.spare);
    return weakest ? { ...weakest, isUseful: true } : null;
  }

  #places(counts: (child: Child, stripe: number) => boolean): Place[] {
    const places: Place[] = [];
    this.#children.forEach((children, stripe) => {
      for (const [peerId, child] of children) if (counts(child, stripe)) places.push({ peerId, stripe, child });
    });
    return places;
  }
}
