import { DATA_STRIPES, STRIPES } from '../chunk.ts';
import type { Message, PeerId } from '../messages.ts';
import type { Downstream } from './downstream.ts';
import type { HeadCount } from './head-count.ts';
import { BARREN_MS, CHILD_QUIET_MS, NEVER_MS } from './limits.ts';
import type { Neighbour } from './neighbour.ts';

/** A child has so long until others hang on it, ms (chosen: a link takes less than one second, a slow decision a quarter). */
const FRUITLESS_MS = 1_500;
/** And so long until some of the host's neighbours say so as well, ms: who lies about it is to hold nobody up for longer (chosen). */
const UNPROVEN_MS = 3_000;
/** What they said counts for so long, ms: a status and some jitter (chosen). */
const CREDITED_MS = 750;
/** With fewer neighbours besides there may be nobody to say so (chosen). */
const LEAST_WITNESSES = 3;
/** A source with so many links gives a child of whom nobody spoke at most so many stripes (chosen). */
export const MANY_LINKS = 8;
export const UNPROVEN_STRIPES = 2;
/** One that was offered a stripe in vain is not asked again for so long, ms (chosen). */
const IN_VAIN_MS = 5_000;
/** Slots that make one a root (chosen: with fewer the tree becomes a chain). */
const LEAST_FREE = 2;
/** More of them are not better: others matter then (chosen). */
const ENOUGH_FREE = 12;
/** What it costs to have borne nobody lately, in slots (chosen: more than all else is worth, so it is asked last). */
const BARREN = 40;
/** What it is worth, in slots, to pass on that stripe mainly, and what each other stripe from the host costs (chosen). */
const OWN_STRIPE = 6;
const OTHER_STRIPE = 4;

export interface RootsContext {
  readonly host: boolean;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly downstream: Downstream;
  readonly heads: HeadCount;
  readonly send: (to: PeerId, message: Message) => void;
}

/**
 * How the host keeps a way into the crowd for each stripe. On a thin line each has one child, and all the others hang on it:
 * when it goes, or passes nothing on, somebody who can is fed at once, without being asked.
 */
export class Roots {
  /** When somebody last hung on a child of each stripe, ms. */
  readonly #fruitfulMs = Array<number>(STRIPES).fill(NEVER_MS);
  /** When somebody else last said so, ms. */
  readonly #provenMs = Array<number>(STRIPES).fill(NEVER_MS);
  readonly #offered = new Map<PeerId, number>();

  constructor(private readonly context: RootsContext) {}

  /** Due with each slow decision. */
  tend(nowMs: number): void {
    const { host, downstream, heads } = this.context;
    if (!host) return;
    for (const [peerId, atMs] of this.#offered) if (nowMs - atMs > IN_VAIN_MS) this.#offered.delete(peerId);
    const viewers = heads.viewers(nowMs);
    if (this.context.neighbours.size >= MANY_LINKS) this.#weed(nowMs);
    for (let stripe = 0; stripe < DATA_STRIPES; stripe++) {
      const children = [...downstream.of(stripe)];
      if (viewers <= children.length || children.some((child) => this.#bears(child, stripe, nowMs)))
        this.#fruitfulMs[stripe] = nowMs;
      if (this.#isVouchedFor(children, stripe, nowMs)) this.#provenMs[stripe] = nowMs;
      const waitMs = children.length > 0 ? FRUITLESS_MS : 0;
      const isFruitful = nowMs - (this.#fruitfulMs[stripe] ?? nowMs) < waitMs;
      const isUnproven = nowMs - (this.#provenMs[stripe] ?? nowMs) >= UNPROVEN_MS;
      if ((isFruitful && !isUnproven) || viewers <= children.length) continue;
      this.#plant(stripe, children, nowMs);
    }
  }

  /** Stripes all of whose children have fallen silent, as when many vanish at once, are with somebody else before these are given up. */
  succeed(nowMs: number): void {
    const { host, neighbours, downstream, heads } = this.context;
    if (!host) return;
    for (let stripe = 0; stripe < STRIPES; stripe++) {
      const children = [...downstream.of(stripe)];
      const isSilent = (child: PeerId): boolean =>
        nowMs - (neighbours.get(child)?.heardMs ?? NEVER_MS) > CHILD_QUIET_MS;
      if (children.length === 0 || !children.every(isSilent) || heads.viewers(nowMs) <= children.length) continue;
      this.#plant(stripe, children, nowMs);
    }
  }

  /** Where others are waiting, one whom nobody names keeps no more than some stripes: the first who promised everything came before them. */
  #weed(nowMs: number): void {
    const { neighbours, downstream, send } = this.context;
    for (const neighbour of neighbours.values()) {
      const { peerId } = neighbour;
      const stripes = downstream.stripesOf(peerId);
      if (stripes.length <= UNPROVEN_STRIPES || isProven(neighbour, nowMs)) continue;
      const old = stripes.filter((stripe) => nowMs - downstream.sinceMs(peerId, stripe) > UNPROVEN_MS);
      const spare = old.find((stripe) => downstream.count(stripe) > 1);
      if (spare === undefined) continue;
      neighbour.barrenMs = nowMs;
      const [heir] = this.inOrder(spare, nowMs);
      downstream.dismiss(peerId, spare, nowMs);
      send(peerId, { type: 'refused', stripe: spare, free: 0, instead: heir === peerId ? null : (heir ?? null) });
    }
  }

  /** A child gave a stripe back: most likely it goes, and is not to have it again. */
  left(peerId: PeerId, nowMs: number): void {
    if (!this.context.host) return;
    this.#offered.set(peerId, nowMs);
    this.tend(nowMs);
  }

  /**
   * The children of a stripe, in the order in which they are fed: those first by whom others get it, for where the line is short further
   * copies are dropped, and a first child that passes nothing on would keep the show from everybody.
   */
  inOrder(stripe: number, nowMs: number): Iterable<PeerId> {
    const { host, neighbours, downstream } = this.context;
    const children = downstream.of(stripe);
    if (!host || neighbours.size < LEAST_WITNESSES) return children;
    const rank = (child: PeerId): number => {
      if (nowMs - (neighbours.get(child)?.creditMs[stripe] ?? NEVER_MS) < UNPROVEN_MS) return 0;
      return nowMs - downstream.sinceMs(child, stripe) < FRUITLESS_MS ? 1 : 2;
    };
    return [...children]
      .map((child) => ({ child, rank: rank(child) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ child }) => child);
  }

  /** Whether others hang on that child, by its own word: nobody gains by denying it. */
  #bears(child: PeerId, stripe: number, nowMs: number): boolean {
    const neighbour = this.context.neighbours.get(child);
    return (
      neighbour !== undefined && nowMs - neighbour.heardMs < CHILD_QUIET_MS && (neighbour.status.below[stripe] ?? 0) > 1
    );
  }

  /** Whether some child has been named by others since it came, or there is none, or hardly anybody to name one. */
  #isVouchedFor(children: readonly PeerId[], stripe: number, nowMs: number): boolean {
    const { neighbours } = this.context;
    if (children.length === 0 || neighbours.size - children.length < LEAST_WITNESSES) return true;
    const provenMs = this.#provenMs[stripe] ?? NEVER_MS;
    if (provenMs === NEVER_MS) return true;
    return children.some((child) => nowMs - (neighbours.get(child)?.creditMs[stripe] ?? NEVER_MS) < CREDITED_MS);
  }

  #plant(stripe: number, children: readonly PeerId[], nowMs: number): void {
    const heir = this.#heir(stripe, nowMs);
    if (!heir) return;
    this.#offered.set(heir.peerId, nowMs);
    this.#fruitfulMs[stripe] = nowMs;
    this.#provenMs[stripe] = nowMs;
    const { downstream } = this.context;
    const [barren] = children;
    for (const child of children) {
      const neighbour = this.context.neighbours.get(child);
      if (neighbour && !isProven(neighbour, nowMs)) neighbour.barrenMs = nowMs;
    }
    if (downstream.used >= downstream.slots && barren !== undefined) {
      downstream.dismiss(barren, stripe, nowMs);
      this.context.send(barren, { type: 'refused', stripe, free: 0, instead: heir.peerId });
    }
    downstream.take(heir.peerId, stripe, heir.status.free, nowMs);
    this.context.send(heir.peerId, { type: 'subscribed', stripe });
  }

  #heir(stripe: number, nowMs: number): Neighbour | null {
    const { neighbours, downstream } = this.context;
    let best: Neighbour | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (const neighbour of neighbours.values()) {
      const { peerId, relays, heardMs, status, mainStripe } = neighbour;
      if (!relays || status.free < LEAST_FREE || nowMs - heardMs > CHILD_QUIET_MS) continue;
      if (downstream.has(peerId, stripe) || this.#offered.has(peerId)) continue;
      const worth =
        Math.min(status.free, ENOUGH_FREE) +
        (mainStripe === stripe ? OWN_STRIPE : 0) -
        (nowMs - neighbour.barrenMs < BARREN_MS ? BARREN : 0) -
        OTHER_STRIPE * downstream.stripesOf(peerId).length;
      if (worth <= most) continue;
      best = neighbour;
      most = worth;
    }
    return best;
  }
}

/** Whether somebody else said lately that a stripe comes by it. */
const isProven = ({ creditMs }: Neighbour, nowMs: number): boolean => creditMs.some((ms) => nowMs - ms < UNPROVEN_MS);
