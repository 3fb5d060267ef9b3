import { DATA_STRIPES, isParity } from '../chunk.ts';
import { NO_DEPTH, type PeerId } from '../messages.ts';
import type { Design } from './design.ts';
import { QUIET_SOURCE_MS, SOURCE_SILENT_MS, SUBSCRIBE_MS } from './limits.ts';
import type { Neighbour } from './neighbour.ts';
import type { StripeFeed } from './stripe-feed.ts';

/**
 * What each further stripe from the same neighbour costs, in hops (chosen): SCTP carries 1 to 3 Mbit/s over one link with
 * half a percent of loss, and a keyframe needs three times the average rate.
 * @see Mathis et al., ACM CCR 27(3), 1997
 */
const SHARING = 1.5;
const HOST_SHARING = 0.7;
/** Children that one could feed, from where on one asks a full parent as well (chosen: it may prefer us to a leaf). */
export const USEFUL = 2;
/** What a parent costs that mainly passes on another stripe, in hops (chosen): it may need the place for its own. */
const STRANGE = 1;
/** One that has just lacked a piece of that stripe, and one that may be gone, in hops (chosen: the latter is asked last). */
const DOUBTFUL = 3;
const SILENT = 20;
/** One that agreed to push and pushed nothing costs so much more each time, in hops (chosen). */
const BROKEN = 2;
/** Each piece asked in vain of one that has never sent any, in hops, and how many count (chosen: such a one most likely lies). */
const OWED = 1;
const MOST_OWED = 8;
/** Nearer to the host than this, moving pays only for more than one hop (chosen). */
const SHALLOW = 1;

export interface ParentChoiceContext {
  readonly design: Design;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly random: () => number;
  /** By stripe. */
  readonly feeds: readonly StripeFeed[];
  /** Stripes that this neighbour sends, and those that nobody does and it was asked for. */
  stripesFrom(peerId: PeerId): number[];
  /** Feeds it in that stripe: taking it as a parent would close a circle. */
  isChild(peerId: PeerId, stripe: number): boolean;
  /** Children that this peer could feed in that stripe. */
  spare(stripe: number): number;
}

/** Which neighbour to ask for a stripe. */
export class ParentChoice {
  constructor(private readonly context: ParentChoiceContext) {}

  /** The neighbour that promises most, at most `maxDepth` hops from the host; null when none fits. */
  best(stripe: number, maxDepth: number, nowMs: number, isAsked = (_: Neighbour): boolean => true): Neighbour | null {
    let best: Neighbour | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const neighbour of this.context.neighbours.values()) {
      if (!this.#fit(neighbour, stripe, maxDepth, nowMs) || !isAsked(neighbour)) continue;
      const quiet = nowMs - neighbour.heardMs > QUIET_SOURCE_MS;
      const lacking = nowMs - (neighbour.lackedMs[stripe] ?? 0) < SUBSCRIBE_MS;
      const cost = this.#cost(neighbour, stripe) + (quiet ? SILENT : lacking ? DOUBTFUL : 0);
      if (cost >= least) continue;
      best = neighbour;
      least = cost;
    }
    return best;
  }

  /**
   * Which stripe to move, and to whom; null where all is well. @param main the stripe that others have from here: it comes first
   */
  better(main: number, nowMs: number): { readonly stripe: number; readonly peerId: PeerId } | null {
    const ranked = [...this.context.feeds.entries()]
      .filter(([, { parent, isBusy }]) => parent !== null && !isBusy)
      .map(([stripe, feed]) => ({ stripe, feed, rank: feed.depth + (stripe === main ? 2 : 0) + this.context.random() }))
      .sort((a, b) => b.rank - a.rank);
    for (const { stripe, feed } of ranked) {
      const nearer = this.best(stripe, feed.depth - (feed.depth > SHALLOW ? 1 : 2) - 1, nowMs);
      if (nearer === null || (nearer.status.free === 0 && !this.isHopeful(nearer, stripe))) continue;
      return { stripe, peerId: nearer.peerId };
    }
    for (const { stripe, feed } of ranked) {
      const other = this.#other(stripe, feed, nowMs);
      if (other) return { stripe, peerId: other.peerId };
    }
    return null;
  }

  /** Where one parent sends several stripes over the one link there is: somebody with room, as near, who sends none. */
  #other(stripe: number, { parent, depth }: StripeFeed, nowMs: number): Neighbour | null {
    if (parent === null || this.context.stripesFrom(parent).length < 2) return null;
    return this.best(
      stripe,
      depth - 1,
      nowMs,
      ({ peerId, status }) => status.free > 0 && this.context.stripesFrom(peerId).length === 0,
    );
  }

  /** Whether a full parent may prefer this peer to one of its children. */
  isHopeful(parent: Neighbour, stripe: number): boolean {
    return (parent.host || parent.mainStripe === stripe) && this.context.spare(stripe) >= USEFUL;
  }

  #fit(neighbour: Neighbour, stripe: number, maxDepth: number, nowMs: number): boolean {
    const feed = this.context.feeds[stripe];
    return (
      feed !== undefined &&
      neighbour.peerId !== feed.parent &&
      neighbour.relays &&
      nowMs - neighbour.heardMs <= SOURCE_SILENT_MS &&
      neighbour.depth(stripe) <= Math.min(maxDepth, NO_DEPTH - 1) &&
      (neighbour.host || neighbour.status.newest !== null) &&
      !feed.avoids(neighbour.peerId, nowMs) &&
      !this.context.isChild(neighbour.peerId, stripe) &&
      // From the one who sends all the rest parity is of no use: both fail together.
      !(isParity(stripe) && this.context.stripesFrom(neighbour.peerId).length === DATA_STRIPES)
    );
  }

  /**
   * In hops, about: distance first; then a parent that feeds other stripes already (unless it is the host, without whom
   * there is no show), a long way there, and slots that may be taken.
   */
  #cost(neighbour: Neighbour, stripe: number): number {
    const others = this.context.stripesFrom(neighbour.peerId).length * (neighbour.host ? HOST_SHARING : SHARING);
    const strange = neighbour.host || !this.context.design.mainStripes || neighbour.mainStripe === stripe ? 0 : STRANGE;
    const full = neighbour.status.free > 0 ? 0 : this.isHopeful(neighbour, stripe) ? 1 : 4;
    const farMs = neighbour.rttMs ?? 100;
    return (
      neighbour.depth(stripe) +
      others +
      strange +
      full +
      neighbour.broken * BROKEN +
      (neighbour.newestSent < 0 ? Math.min(neighbour.debt, MOST_OWED) * OWED : 0) +
      farMs / 200 +
      this.context.random() * 0.3
    );
  }
}
