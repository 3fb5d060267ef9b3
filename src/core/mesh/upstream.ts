import { STRIPES } from '../chunk.ts';
import { mainStripeOf, type Member, type Message, NO_DEPTH, type PeerId } from '../messages.ts';
import { AVOID_MS, SUBSCRIBE_MS, TRIAL_MS } from './limits.ts';
import type { Design } from './design.ts';
import type { Neighbour } from './neighbour.ts';
import { ParentChoice, USEFUL } from './parent-choice.ts';
import { StripeFeed } from './stripe-feed.ts';

/** So many broken promises count (chosen). */
const MAX_BROKEN = 5;
/** Answers come at once, and those who are there say something so often anyway, ms (chosen: a chunk, and some jitter). */
const ANSWER_MS = 150;
/** The way to a neighbour that has not been measured, there and back, ms (chosen). */
const UNKNOWN_WAY_MS = 100;
/** A full parent that refused is not asked for a better place again for so long, ms (chosen). */
const FULL_MS = 5_000;

export interface UpstreamContext {
  readonly design: Design;
  /** This peer's own, as it stands in the paths of pieces. */
  readonly mark: number;
  /** The stripe that this peer mainly passes on. */
  readonly main: number;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly random: () => number;
  /** Newest chunk that anyone has shown. */
  readonly newest: () => number;
  /** Feeds it in that stripe: taking it as a parent would close a circle. */
  isChild(peerId: PeerId, stripe: number): boolean;
  /** Feeds it in that stripe no longer. */
  release(peerId: PeerId, stripe: number): void;
  /** A stripe comes by another parent now. */
  moved(): void;
  /** Children that this peer could feed in that stripe. */
  spare(stripe: number): number;
  /** Sets up a link to somebody whom that neighbour knows. */
  meet(peerId: PeerId, via: PeerId, nowMs: number): void;
  send(to: PeerId, message: Message): void;
}

/** Finds, judges and replaces the parents of this peer, one for each stripe. */
export class Upstream {
  readonly #stripes: readonly StripeFeed[];
  readonly #choice: ParentChoice;
  #improveMs = 0;
  /** Since when some stripe comes from nobody, ms; null while all come. */
  lackingSinceMs: number | null = null;

  constructor(private readonly context: UpstreamContext) {
    const { design, neighbours, random, newest } = context;
    this.#stripes = Array.from({ length: STRIPES }, () => new StripeFeed(design.repairMaxMs, newest));
    this.#choice = new ParentChoice({
      design,
      neighbours,
      random,
      isChild: (peerId, stripe) => context.isChild(peerId, stripe),
      spare: (stripe) => context.spare(stripe),
      feeds: this.#stripes,
      stripesFrom: (peerId) => this.stripesFrom(peerId),
    });
  }

  /** Hops from the host, by stripe. The one that is missing is made from the others, so it is there, a hop later. */
  get depths(): number[] {
    const depths = this.#stripes.map(({ depth }) => depth);
    const missing = depths.indexOf(NO_DEPTH);
    if (missing >= 0 && depths.lastIndexOf(NO_DEPTH) === missing)
      depths[missing] = Math.max(...depths.filter((_, stripe) => stripe !== missing)) + 1;
    return depths;
  }

  /** The stripes that come here, a bit each; the one that is missing is made from the others. */
  get reach(): number {
    let reach = 0;
    let missing = 0;
    for (let stripe = 0; stripe < STRIPES; stripe++) {
      if (this.#at(stripe).depth === NO_DEPTH) missing += 1;
      else reach |= 1 << stripe;
    }
    return missing === 1 ? (1 << STRIPES) - 1 : reach;
  }

  /** Hops from the host in the deepest stripe; null without any. */
  get deepest(): number | null {
    const depths = this.depths.filter((depth) => depth !== NO_DEPTH);
    return depths.length > 0 ? Math.max(...depths) : null;
  }

  /** Whether some stripe comes from nobody: the others may make it, but then the next loss is one too many. */
  get isLacking(): boolean {
    return this.#stripes.some(({ isLacking }) => isLacking);
  }

  /** Whether this stripe is here: pushed, or made from the others. */
  has(stripe: number): boolean {
    return (
      this.#at(stripe).parent !== null ||
      this.#stripes.every(({ parent }, other) => other === stripe || parent !== null)
    );
  }

  /** Whether the stripe comes to this peer by way of that one. */
  isVia(stripe: number, mark: number): boolean {
    const feeds = this.#at(stripe).parent === null ? this.#stripes : [this.#at(stripe)];
    return feeds.some(({ path }) => path.includes(mark));
  }

  parentOf(stripe: number): PeerId | null {
    return this.#stripes[stripe]?.parent ?? null;
  }

  /** By stripe, the mark of the host's child by whom it comes; this peer's own where there is none. */
  get firstMarks(): number[] {
    return this.#stripes.map(({ path, depth }) =>
      depth === NO_DEPTH ? this.context.mark : (path[0] ?? this.context.mark),
    );
  }

  /** Whether this neighbour sends any stripe. */
  isFedBy(peerId: PeerId): boolean {
    return this.#stripes.some(({ parent }) => parent === peerId);
  }

  /** Stripes that this neighbour sends, and those that nobody does and it was asked for. */
  stripesFrom(peerId: PeerId): number[] {
    const stripes: number[] = [];
    this.#stripes.forEach(({ parent, pending }, stripe) => {
      if ((parent ?? pending) === peerId) stripes.push(stripe);
    });
    return stripes;
  }

  /** Whether the parent pushes that chunk's pieces, rather than only later ones. */
  expects(stripe: number, sequence: number): boolean {
    return this.#at(stripe).expects(sequence);
  }

  /** How long to wait for a piece of this stripe once its chunk has begun to come, ms. */
  patienceMs(stripe: number, nowMs: number): number {
    return this.#at(stripe).patienceMs(nowMs);
  }

  /** Looks for parents where there are none, and drops those that fail. */
  tend(nowMs: number): void {
    this.#stripes.forEach((feed, stripe) => {
      if (feed.pending !== null && nowMs - feed.pendingMs > this.#patienceMs(feed.pending, feed.pendingMs))
        this.#giveUp(stripe, feed.pending, nowMs);
      if (feed.trial !== null && nowMs - feed.trialMs > TRIAL_MS) this.#endTrial(stripe, feed.trial, nowMs);
      const { parent } = feed;
      if (parent !== null && feed.isGone(this.#heardMs(parent), nowMs)) this.#leave(stripe, parent, nowMs);
      else if (!feed.isBusy) this.#tendParent(stripe, nowMs);
      else if (feed.parent === null && feed.pending !== null) this.#turnFrom(feed.pending, stripe, nowMs);
    });
    this.lackingSinceMs = this.isLacking ? (this.lackingSinceMs ?? nowMs) : null;
    this.#improve(nowMs);
  }

  /** How long an answer is waited for: one of whom nothing was heard since it was asked may be gone. */
  #patienceMs(peerId: PeerId, askedMs: number): number {
    const neighbour = this.context.neighbours.get(peerId);
    if (!neighbour || neighbour.heardMs > askedMs) return SUBSCRIBE_MS;
    return Math.min(SUBSCRIBE_MS, (neighbour.rttMs ?? UNKNOWN_WAY_MS) + ANSWER_MS);
  }

  #tendParent(stripe: number, nowMs: number): void {
    const feed = this.#at(stripe);
    const { parent } = feed;
    const neighbour = this.context.neighbours.get(parent ?? '');
    const claims = (neighbour?.depth(stripe) ?? NO_DEPTH) < NO_DEPTH;
    const isHost = neighbour?.host === true;
    if (parent !== null && feed.hasFailed(claims, isHost, nowMs)) {
      if (!feed.hasDelivered) this.#distrust(parent);
      feed.judgeAnew(nowMs);
      this.#avoid(stripe, parent, nowMs);
      this.#seek(stripe, nowMs);
      return;
    }
    const source = parent === null || !feed.isEmpty(nowMs, nowMs) ? null : this.#newSource(stripe, nowMs);
    if (source) this.#ask(stripe, source.peerId, nowMs);
    else if (feed.isLacking) this.#seek(stripe, nowMs);
  }

  /** A neighbour agreed to push. */
  subscribed(from: PeerId, stripe: number, nowMs: number): void {
    const feed = this.#at(stripe);
    if (feed.pending !== from) {
      if (feed.parent === from || feed.trial === from) return;
      // A host offers a stripe to whom it wants to pass it on; anyone else who does so unasked is late.
      if (this.context.neighbours.get(from)?.host !== true || feed.trial !== null) {
        this.context.send(from, { type: 'unsubscribe', stripe });
        return;
      }
      // Whoever is being asked would only be deeper.
      if (feed.pending !== null) this.context.send(feed.pending, { type: 'unsubscribe', stripe });
    }
    feed.pending = null;
    if (feed.parent === null) this.#take(feed, from, nowMs);
    else {
      feed.trial = from;
      feed.trialMs = nowMs;
    }
  }

  /** A neighbour has no slot, or takes it back: at once, or in a while if it names somebody to ask instead. */
  refused(from: PeerId, stripe: number, instead: PeerId | null, nowMs: number): void {
    const feed = this.#at(stripe);
    const leaving = feed.parent === from;
    if (feed.trial === from) feed.trial = null;
    else if (feed.pending !== from && !leaving) return;
    const lacking = feed.isLacking || leaving;
    const host = this.context.neighbours.get(from)?.host === true;
    feed.avoid(from, nowMs + (lacking ? (host ? SUBSCRIBE_MS / 2 : SUBSCRIBE_MS * 2) : FULL_MS));
    if (feed.pending === from) feed.pending = null;
    if (leaving) {
      feed.noticed = instead !== null;
      if (!feed.noticed) this.#drop(feed, nowMs);
    }
    const nearer = (this.context.neighbours.get(from)?.depth(stripe) ?? NO_DEPTH) + 2 < feed.depth;
    if (instead !== null && (lacking || nearer)) {
      const heir = this.context.neighbours.get(instead);
      if (!heir) this.context.meet(instead, from, nowMs);
      else if (!feed.avoids(instead, nowMs) && !feed.isBusy) {
        // One that takes our place needs us no longer: it may even have been fed by us.
        if (leaving) this.context.release(instead, stripe);
        this.#ask(stripe, instead, nowMs);
      }
    }
    if (!feed.isBusy && feed.isLacking) this.#seek(stripe, nowMs);
  }

  /** A link is gone. */
  lost(peerId: PeerId, nowMs: number): void {
    this.#stripes.forEach((feed, stripe) => {
      if (feed.trial === peerId) feed.trial = null;
      if (feed.pending === peerId) feed.pending = null;
      if (feed.parent !== peerId) return;
      this.#drop(feed, nowMs);
      if (feed.isLacking && !feed.isBusy) this.#seek(stripe, nowMs);
    });
  }

  /** A piece came that nobody was asked for: from the parent, if `from` is it. */
  pushed(from: PeerId, stripe: number, sequence: number, path: readonly number[], lagMs: number, nowMs: number): void {
    const feed = this.#at(stripe);
    if (feed.parent !== from && feed.trial !== from) return;
    if (path.indexOf(this.context.mark) < path.length - 1) {
      // It has been here before: whoever sent it hangs on this peer.
      if (feed.parent === from) this.#leave(stripe, from, nowMs);
      else this.#endTrial(stripe, from, nowMs);
      return;
    }
    if (feed.trial === from) {
      if (feed.parent !== null) this.context.send(feed.parent, { type: 'unsubscribe', stripe });
      this.#take(feed, from, nowMs);
    }
    feed.pushed(sequence, path, lagMs, nowMs);
  }

  /** A piece of this stripe was pulled, and came before the parent's. */
  overtaken(stripe: number): void {
    this.#at(stripe).count(true);
  }

  /** A neighbour that failed may be asked again: it was this page's own doing. */
  forgive(peerId: PeerId): void {
    for (const feed of this.#stripes) feed.pardon(peerId);
  }

  /** A new epoch counts from 0 again. */
  restart(): void {
    for (const feed of this.#stripes) feed.restart();
  }

  /** Drops all parents politely. */
  leave(): void {
    this.#stripes.forEach((feed, stripe) => {
      for (const source of [feed.parent, feed.trial])
        if (source !== null) this.context.send(source, { type: 'unsubscribe', stripe });
      feed.trial = null;
      feed.drop();
    });
  }

  #at(stripe: number): StripeFeed {
    const feed = this.#stripes[stripe];
    if (!feed) throw new RangeError(`stripe ${stripe}`);
    return feed;
  }

  /** Now and then one stripe moves, new parent before the old one is left. */
  #improve(nowMs: number): void {
    if (nowMs < this.#improveMs) return;
    this.#improveMs = nowMs + this.context.design.improveMs * (0.75 + this.context.random() / 2);
    for (const feed of this.#stripes) feed.forgive(nowMs);
    const better = this.#choice.better(this.context.main, nowMs);
    if (better) this.#ask(better.stripe, better.peerId, nowMs);
  }

  /** How many hops nearer to the host a link to that member may bring this peer. */
  gain({ peerId, depth, free }: Member): number {
    const stripe = mainStripeOf(peerId);
    const feed = this.#at(stripe);
    if (free === 0 && this.context.spare(stripe) < USEFUL) return -1;
    return feed.isLacking ? 2 : feed.depth - depth - 1;
  }

  /** Somebody who came, or who has come by another session of the host, since the parent has had nothing. */
  #newSource(stripe: number, nowMs: number): Neighbour | null {
    const feed = this.#at(stripe);
    const isNew = ({ host, sinceMs, epochMs }: Neighbour): boolean => feed.isEmpty(host ? sinceMs : epochMs, nowMs);
    return this.#choice.best(stripe, NO_DEPTH, nowMs, isNew);
  }

  #seek(stripe: number, nowMs: number): void {
    const { lastDepth } = this.#at(stripe);
    // Rather no deeper than now or lately: whoever is deeper may hang on this peer, and will refuse then.
    const best = this.#choice.best(stripe, lastDepth, nowMs) ?? this.#choice.best(stripe, NO_DEPTH - 1, nowMs);
    if (best) this.#ask(stripe, best.peerId, nowMs);
  }

  #ask(stripe: number, peerId: PeerId, nowMs: number): void {
    const feed = this.#at(stripe);
    feed.pending = peerId;
    feed.pendingMs = nowMs;
    const urgent = feed.isLacking || feed.isEmpty(nowMs, nowMs);
    this.context.send(peerId, { type: 'subscribe', stripe, spare: this.context.spare(stripe), urgent });
  }

  /** One without room was asked for want of others, and most likely refuses: who has some, and has come meanwhile, is asked at once. */
  #turnFrom(asked: PeerId, stripe: number, nowMs: number): void {
    const full = this.context.neighbours.get(asked);
    if (full?.status.free !== 0) return;
    const roomy = this.#choice.best(stripe, NO_DEPTH - 1, nowMs, ({ status }) => status.free > 0);
    // If a host agrees all the same it becomes the parent.
    if (roomy && !full.host) this.context.send(asked, { type: 'unsubscribe', stripe });
    if (roomy) this.#ask(stripe, roomy.peerId, nowMs);
  }

  /** Of no use any longer, whatever it still sends. */
  #leave(stripe: number, parent: PeerId, nowMs: number): void {
    const feed = this.#at(stripe);
    this.context.send(parent, { type: 'unsubscribe', stripe });
    this.#avoid(stripe, parent, nowMs);
    this.#drop(feed, nowMs);
    if (feed.isLacking && !feed.isBusy) this.#seek(stripe, nowMs);
  }

  /** Without the parent; who is on trial takes its place. */
  #drop(feed: StripeFeed, nowMs: number): void {
    feed.drop();
    if (feed.trial !== null) this.#take(feed, feed.trial, nowMs);
  }

  #take(feed: StripeFeed, parent: PeerId, nowMs: number): void {
    feed.take(parent, this.context.neighbours.get(parent)?.status.newest?.sequence ?? -1, nowMs);
    this.context.moved();
  }

  /** It agreed to push, and pushes nothing. */
  #endTrial(stripe: number, peerId: PeerId, nowMs: number): void {
    this.#at(stripe).trial = null;
    this.context.send(peerId, { type: 'unsubscribe', stripe });
    this.#distrust(peerId);
    this.#avoid(stripe, peerId, nowMs);
  }

  #distrust(peerId: PeerId): void {
    const neighbour = this.context.neighbours.get(peerId);
    if (neighbour) neighbour.broken = Math.min(MAX_BROKEN, neighbour.broken + 1);
  }

  #heardMs(peerId: PeerId): number {
    return this.context.neighbours.get(peerId)?.heardMs ?? Number.NEGATIVE_INFINITY;
  }

  #giveUp(stripe: number, peerId: PeerId, nowMs: number): void {
    const feed = this.#at(stripe);
    feed.pending = null;
    this.#avoid(stripe, peerId, nowMs);
    this.context.send(peerId, { type: 'unsubscribe', stripe });
    if (feed.parent === null) this.#seek(stripe, nowMs);
  }

  #avoid(stripe: number, peerId: PeerId, nowMs: number): void {
    // A host that was slow for a moment is tried again soon: without a way to it the crowd feeds itself in circles.
    const neighbour = this.context.neighbours.get(peerId);
    const avoidMs = neighbour?.host === true ? SUBSCRIBE_MS * 2 : AVOID_MS * 2 ** (neighbour?.broken ?? 0);
    this.#at(stripe).avoid(peerId, nowMs + avoidMs);
  }
}
