import { STRIPES } from '../chunk.ts';
import { type Message, NO_DEPTH, type PeerId } from '../messages.ts';
import {
  AVOID_MS,
  IMPROVE_MS,
  PARENT_LATE_SHARE,
  PARENT_SILENT_MS,
  REPAIR_MAX_MS,
  REPAIR_MIN_MS,
  SOURCE_SILENT_MS,
  SUBSCRIBE_MS,
} from './limits.ts';
import type { Neighbour } from './neighbour.ts';

/** Pushes of a stripe come about so often, ms: one chunk, and half of one for chance (chosen). */
const RHYTHM_MS = 150;

/** Pieces after which a parent's punctuality is judged (chosen: two seconds). */
const JUDGED_PIECES = 20;

/**
 * What each further stripe from the same neighbour costs, in hops (chosen): SCTP carries 1 to 3 Mbit/s over one link with
 * half a percent of loss, and a keyframe needs three times the average rate.
 * @see Mathis et al., ACM CCR 27(3), 1997
 */
const SHARING = 1.5;
const HOST_SHARING = 0.7;

/** Nearer to the host than this, moving pays only for more than one hop (chosen). */
const SHALLOW = 1;
/** Slots with which one asks a full host (chosen: two hops' worth of a show). */
const STRONG = 8;

/** What this peer knows about one of its stripes. */
interface Stripe {
  parent: PeerId | null;
  /** Asked, hasn't answered. */
  pending: PeerId | null;
  pendingMs: number;
  /** The parent before, until the new one delivers. */
  former: PeerId | null;
  /** Hops from the host, as the latest pushed piece said, and the way of that piece. */
  depth: number;
  path: readonly number[];
  /** The same, remembered when the parent is lost: whoever is deeper may hang on this peer. */
  lastDepth: number;
  /** Latest push, and the newest chunk of which a push came. */
  pushedMs: number;
  pushedSequence: number;
  /** How long after its chunk's first piece a pushed piece comes: mean and deviation, ms. */
  lagMs: number;
  lagDeviationMs: number;
  /** Of the last pieces: due ones, and those that had to be pulled elsewhere. */
  due: number;
  pulled: number;
  /** Parents that failed in this stripe, until when. Bounded by the number of links. */
  readonly avoid: Map<PeerId, number>;
}

export interface UpstreamContext {
  /** This peer's own, as it stands in the paths of pieces. */
  readonly mark: number;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly random: () => number;
  /** Feeds it in that stripe: taking it as a parent would close a circle. */
  isChild(peerId: PeerId, stripe: number): boolean;
  /** Feeds it in that stripe no longer. */
  release(peerId: PeerId, stripe: number): void;
  /** Slots that this peer could serve. */
  spare(): number;
  send(to: PeerId, message: Message): void;
}

/** Finds, judges and replaces the parents of this peer, one for each stripe. */
export class Upstream {
  readonly #stripes: readonly Stripe[];
  #improveMs = 0;

  constructor(private readonly context: UpstreamContext) {
    this.#stripes = Array.from({ length: STRIPES }, () => ({
      parent: null,
      pending: null,
      pendingMs: 0,
      former: null,
      depth: NO_DEPTH,
      path: [],
      lastDepth: NO_DEPTH,
      pushedMs: 0,
      pushedSequence: -1,
      lagMs: 0,
      lagDeviationMs: REPAIR_MIN_MS / 4,
      due: 0,
      pulled: 0,
      avoid: new Map<PeerId, number>(),
    }));
  }

  get depths(): number[] {
    return this.#stripes.map(({ depth }) => depth);
  }

  parentOf(stripe: number): PeerId | null {
    return this.#stripes[stripe]?.parent ?? null;
  }

  /** The way by which this stripe comes, this peer's own mark last. */
  pathOf(stripe: number): readonly number[] {
    return this.#at(stripe).path;
  }

  /** Stripes that this neighbour sends. */
  stripesFrom(peerId: PeerId): number[] {
    return this.#stripes.flatMap(({ parent }, stripe) => (parent === peerId ? [stripe] : []));
  }

  /** How long to wait for a piece of this stripe once its chunk has begun to come, ms. Follows what is usual here. */
  patienceMs(stripe: number, nowMs: number): number {
    const { parent, pushedMs, lagMs, lagDeviationMs } = this.#at(stripe);
    if (parent === null) return 0;
    // One that falls out of its rhythm may be gone: waiting for it would only lose time.
    if (nowMs - pushedMs > RHYTHM_MS + 4 * lagDeviationMs) return REPAIR_MIN_MS;
    return Math.min(REPAIR_MAX_MS, Math.max(REPAIR_MIN_MS, lagMs + 4 * lagDeviationMs));
  }

  /** Looks for parents where there are none, and drops those that fail. `newest`: newest chunk anyone has shown. */
  tend(newest: number, nowMs: number): void {
    this.#stripes.forEach((own, stripe) => {
      for (const [peerId, untilMs] of own.avoid) if (untilMs <= nowMs) own.avoid.delete(peerId);
      if (own.pending !== null && nowMs - own.pendingMs > SUBSCRIBE_MS) this.#giveUp(stripe, own.pending, nowMs);
      const silent = nowMs - own.pushedMs > PARENT_SILENT_MS && newest - own.pushedSequence >= 3;
      const late = own.due >= JUDGED_PIECES && own.pulled > own.due * PARENT_LATE_SHARE;
      if (own.parent !== null && own.pending === null && (silent || late)) {
        if (silent) own.depth = NO_DEPTH;
        own.due = 0;
        own.pulled = 0;
        this.#avoid(stripe, own.parent, nowMs);
        this.#seek(stripe, nowMs);
      } else if (own.parent === null && own.pending === null) this.#seek(stripe, nowMs);
    });
    this.#improve(nowMs);
  }

  /** A neighbour agreed to push. */
  subscribed(from: PeerId, stripe: number, nowMs: number): void {
    const own = this.#at(stripe);
    if (own.pending !== from) {
      if (own.parent !== from) this.context.send(from, { type: 'unsubscribe', stripe });
      return;
    }
    this.#leaveFormer(stripe);
    own.former = own.parent;
    own.parent = from;
    own.pending = null;
    own.pushedMs = nowMs;
    own.due = 0;
    own.pulled = 0;
  }

  /** A neighbour has no slot, or takes it back. */
  refused(from: PeerId, stripe: number, instead: PeerId | null, nowMs: number): void {
    const own = this.#at(stripe);
    if (own.pending !== from && own.parent !== from) return;
    own.avoid.set(from, nowMs + SUBSCRIBE_MS * 2);
    if (own.pending === from) own.pending = null;
    if (own.parent === from) {
      own.parent = null;
      own.depth = NO_DEPTH;
    }
    const heir = instead === null ? undefined : this.context.neighbours.get(instead);
    const refuses = instead !== null && (own.avoid.get(instead) ?? 0) > nowMs;
    if (heir && !refuses) {
      // It takes our place, so it needs us no longer: it may even have been fed by us.
      this.context.release(heir.peerId, stripe);
      this.#ask(stripe, heir.peerId, nowMs);
    } else if (own.parent === null) this.#seek(stripe, nowMs);
  }

  /** A link is gone. */
  lost(peerId: PeerId, nowMs: number): void {
    this.#stripes.forEach((own, stripe) => {
      if (own.former === peerId) own.former = null;
      if (own.pending === peerId) own.pending = null;
      if (own.parent !== peerId) return;
      own.parent = null;
      own.depth = NO_DEPTH;
      if (own.pending === null) this.#seek(stripe, nowMs);
    });
  }

  /** A piece came that nobody was asked for: from the parent, if `from` is it. */
  pushed(from: PeerId, stripe: number, sequence: number, path: readonly number[], lagMs: number, nowMs: number): void {
    const own = this.#at(stripe);
    if (own.parent !== from) return;
    if (path.indexOf(this.context.mark) < path.length - 1) {
      // It has been here before: the parent hangs on this peer.
      this.context.send(from, { type: 'unsubscribe', stripe });
      this.#avoid(stripe, from, nowMs);
      own.parent = null;
      own.depth = NO_DEPTH;
      if (own.pending === null) this.#seek(stripe, nowMs);
      return;
    }
    own.depth = path.length;
    own.path = path;
    own.lastDepth = path.length;
    own.pushedMs = nowMs;
    own.pushedSequence = Math.max(own.pushedSequence, sequence);
    own.lagDeviationMs += (Math.abs(lagMs - own.lagMs) - own.lagDeviationMs) / 8; // RFC 6298's averages
    own.lagMs += (lagMs - own.lagMs) / 8;
    this.#count(own, false);
    if (own.former !== null) this.#leaveFormer(stripe);
  }

  /** A piece of this stripe has to be pulled. */
  missed(stripe: number): void {
    this.#count(this.#at(stripe), true);
  }

  /** A new epoch counts from 0 again. */
  restart(): void {
    for (const own of this.#stripes) own.pushedSequence = -1;
  }

  /** Drops all parents politely. */
  leave(): void {
    this.#stripes.forEach((own, stripe) => {
      this.#leaveFormer(stripe);
      if (own.parent !== null) this.context.send(own.parent, { type: 'unsubscribe', stripe });
      own.parent = null;
    });
  }

  #at(stripe: number): Stripe {
    const own = this.#stripes[stripe];
    if (!own) throw new RangeError(`stripe ${stripe}`);
    return own;
  }

  #count(own: Stripe, pulled: boolean): void {
    if (own.due >= JUDGED_PIECES * 2) {
      own.due /= 2;
      own.pulled /= 2;
    }
    own.due += 1;
    if (pulled) own.pulled += 1;
  }

  /** Now and then, one stripe moves nearer to the host, new parent before the old one is left. */
  #improve(nowMs: number): void {
    if (nowMs < this.#improveMs) return;
    this.#improveMs = nowMs + IMPROVE_MS * (0.75 + this.context.random() / 2);
    const own = [...this.#stripes.entries()]
      .filter(([, { parent, pending }]) => parent !== null && pending === null)
      .map((entry) => ({ entry, chance: this.context.random() }))
      .sort((a, b) => b.entry[1].depth - a.entry[1].depth || a.chance - b.chance)
      .map(({ entry }) => entry);
    for (const [stripe, { depth }] of own) {
      const better = this.#best(stripe, depth - (depth > SHALLOW ? 1 : 2) - 1, nowMs);
      // A full host may prefer us to a weaker child, so a strong peer asks now and then.
      const hopeful = better?.host === true && this.context.spare() >= STRONG && this.context.random() < 0.3;
      if (better === null || (better.status.free === 0 && !hopeful)) continue;
      this.#ask(stripe, better.peerId, nowMs);
      return;
    }
  }

  #seek(stripe: number, nowMs: number): void {
    const { lastDepth } = this.#at(stripe);
    // Rather no deeper than now or lately: whoever is deeper may hang on this peer, and will refuse then.
    const best = this.#best(stripe, lastDepth, nowMs) ?? this.#best(stripe, NO_DEPTH - 1, nowMs);
    if (best) this.#ask(stripe, best.peerId, nowMs);
  }

  /** The neighbour that promises most, at most `maxDepth` hops from the host. */
  #best(stripe: number, maxDepth: number, nowMs: number): Neighbour | null {
    let best: Neighbour | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const neighbour of this.context.neighbours.values()) {
      if (!this.#fit(neighbour, stripe, maxDepth, nowMs)) continue;
      const cost = this.#cost(neighbour, stripe);
      if (cost >= least) continue;
      best = neighbour;
      least = cost;
    }
    return best;
  }

  #fit(neighbour: Neighbour, stripe: number, maxDepth: number, nowMs: number): boolean {
    const { parent, avoid } = this.#at(stripe);
    return (
      neighbour.peerId !== parent &&
      neighbour.relays &&
      nowMs - neighbour.heardMs <= SOURCE_SILENT_MS &&
      neighbour.depth(stripe) <= Math.min(maxDepth, NO_DEPTH - 1) &&
      (neighbour.host || neighbour.status.newest !== null) &&
      (avoid.get(neighbour.peerId) ?? 0) <= nowMs &&
      !this.context.isChild(neighbour.peerId, stripe)
    );
  }

  /**
   * In hops, about: distance first; then a parent that feeds other stripes already (unless it is the host, without whom
   * there is no show), a long way there, and slots that may be taken.
   */
  #cost(neighbour: Neighbour, stripe: number): number {
    const others = this.stripesFrom(neighbour.peerId).length * (neighbour.host ? HOST_SHARING : SHARING);
    const full = neighbour.status.free === 0 ? 4 : 0;
    const farMs = neighbour.rttMs ?? 100;
    return neighbour.depth(stripe) + others + full + farMs / 200 + this.context.random() * 0.3;
  }

  #ask(stripe: number, peerId: PeerId, nowMs: number): void {
    const own = this.#at(stripe);
    own.pending = peerId;
    own.pendingMs = nowMs;
    this.context.send(peerId, { type: 'subscribe', stripe, spare: this.context.spare(), urgent: own.parent === null });
  }

  #giveUp(stripe: number, peerId: PeerId, nowMs: number): void {
    const own = this.#at(stripe);
    own.pending = null;
    this.#avoid(stripe, peerId, nowMs);
    this.context.send(peerId, { type: 'unsubscribe', stripe });
    if (own.parent === null) this.#seek(stripe, nowMs);
  }

  #avoid(stripe: number, peerId: PeerId, nowMs: number): void {
    // A host that was slow for a moment is tried again soon: without a way to it the crowd feeds itself in circles.
    const host = this.context.neighbours.get(peerId)?.host === true;
    this.#at(stripe).avoid.set(peerId, nowMs + (host ? SUBSCRIBE_MS * 2 : AVOID_MS));
  }

  #leaveFormer(stripe: number): void {
    const own = this.#at(stripe);
    if (own.former !== null) this.context.send(own.former, { type: 'unsubscribe', stripe });
    own.former = null;
  }
}
