import { type ChunkHeader, type CutChunk, STRIPES, stripeOf } from '../chunk.ts';
import { type ChunkName, markOf, MAX_PATH, type Message, type PeerId } from '../messages.ts';
import { pieceOverhead } from '../wire.ts';
import type { ChunkStore, StoredChunk } from './chunk-store.ts';
import type { Design } from './design.ts';
import type { Downstream } from './downstream.ts';
import { BARREN_MS, CHILD_QUIET_MS, CHILD_SILENT_MS, MAX_DUPLICATES_PER_SECOND } from './limits.ts';
import type { Effect, MeshCounters } from './mesh-io.ts';
import type { Neighbour } from './neighbour.ts';
import { Newcomers } from './newcomers.ts';
import type { Outbox } from './outbox.ts';
import type { Repair } from './repair.ts';
import { MANY_LINKS, UNPROVEN_STRIPES } from './roots.ts';
import type { Upstream } from './upstream.ts';

type PieceMessage = Extract<Message, { type: 'piece' }>;
type SubscribeMessage = Extract<Message, { type: 'subscribe' }>;

/** A link that holds back so much at so many slow decisions in a row is overloaded (chosen: a second). */
const SLOW_LINK_BYTES = 20 * 1024;
const SLOW_TIMES = 4;
/** A host's child of whom nobody spoke for so long is of no use to others, ms; its word counts nothing then (chosen). */
const CREDIT_MS = 4_000;
/** Chunks this far behind the newest are history: a newcomer's, not a gap in what is live (chosen). */
const HISTORY_CHUNKS = 5;
/** A new link is full of what a newcomer has missed at first, ms (chosen). */
const SETTLED_MS = 2_000;

export interface RelayContext {
  readonly host: boolean;
  readonly design: Design;
  /** This peer's own, for the paths of pieces. */
  readonly mark: number;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly store: ChunkStore;
  readonly upstream: Upstream;
  readonly downstream: Downstream;
  readonly repair: Repair;
  readonly outbox: Outbox;
  readonly counters: MeshCounters;
  /** Whether this peer passes on at all. */
  passesOn(): boolean;
  /** A host's look at its children, before each chunk: who has vanished is succeeded. */
  succeed(nowMs: number): void;
  /** Those who are fed a stripe, in the order in which they are. */
  children(stripe: number, nowMs: number): Iterable<PeerId>;
  /** Slots that others may be told of. */
  free(): number;
  emit(effect: Effect): void;
  cut(peerId: PeerId): void;
}

/** A way as it came, and the same with this peer's mark. */
interface Way {
  readonly came: readonly number[];
  readonly on: readonly number[];
}

/** Named instead of a chunk by one that sends nothing of what was asked for without a name. */
const NO_CHUNK: ChunkName = { epochS: 0, sequence: 0 };

/** The host's own pieces have come no way at all. */
const NO_WAY: readonly number[] = [];

const areSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a === b || (a.length === b.length && a.every((byte, at) => byte === b[at]));

const isSameWay = (a: readonly number[], b: readonly number[]): boolean =>
  a === b || (a.length === b.length && a.every((mark, at) => mark === b[at]));

/** The path of a piece through one peer: in from a parent or by pull, kept, out to the children and to who asks. */
export class Relay {
  #turn = 0;
  readonly #newcomers = new Newcomers();
  /** By stripe: nearly all of its pieces come the same way, so nearly all share one. */
  readonly #ways: Way[] = [];

  constructor(private readonly context: RelayContext) {}

  /** A verified piece came in. */
  receive(from: Neighbour, message: PieceMessage, nowMs: number): void {
    const { host, store, counters, repair, upstream } = this.context;
    const { header, index, bytes } = message;
    const verdict = host ? 'late' : store.judge(header, index);
    counters.mediaBytesReceived += bytes.length + pieceOverhead(header, message.path.length);
    if (verdict === 'late') {
      counters.piecesLate += 1;
      // Each may have been checked, and that is work.
      if (!from.within('duplicate', MAX_DUPLICATES_PER_SECOND, nowMs)) this.context.cut(from.peerId);
      return;
    }
    const stripe = stripeOf(index);
    const path = this.#wayOn(message.path, stripe);
    const asked = repair.wasAsked(from.peerId, header.sequence, index);
    const lagMs = nowMs - (store.get(header)?.seenMs ?? nowMs);
    if (!asked) upstream.pushed(from.peerId, stripe, header.sequence, path, lagMs, nowMs);
    if (verdict === 'duplicate') {
      this.#again(from, header, index, bytes, nowMs);
      return;
    }
    const { epochS } = store;
    const wasMissing = store.get(header)?.missing ?? 1;
    const chunk = store.add(header, index, bytes, path, nowMs);
    if (epochS !== store.epochS) {
      repair.restart();
      upstream.restart();
    }
    counters.piecesReceived += 1;
    if (asked) {
      counters.piecesRepaired += 1;
      from.debt = Math.max(0, from.debt - 2);
      from.asked = Math.max(0, from.asked - 1);
      upstream.overtaken(stripe);
    }
    from.newestSent = Math.max(from.newestSent, header.sequence);
    this.#pass(chunk, index, from.peerId, nowMs);
    const restored = store.restore(chunk, index);
    if (restored !== null) {
      counters.piecesRestored += 1;
      this.#pass(chunk, restored, null, nowMs);
    }
    if (chunk.missing > 0) repair.dueMs = Math.min(repair.dueMs, chunk.seenMs + upstream.patienceMs(stripe, nowMs));
    else if (wasMissing > 0) this.context.emit({ type: 'chunk', header, pieces: chunk.pieces });
  }

  /** The way of a piece from here on. */
  #wayOn(came: readonly number[], stripe: number): readonly number[] {
    const last = this.#ways[stripe];
    if (last && isSameWay(last.came, came)) return last.on;
    const on = [...came.slice(1 - MAX_PATH), this.context.mark];
    this.#ways[stripe] = { came, on };
    return on;
  }

  /** A piece came that is here already. */
  #again(from: Neighbour, header: ChunkHeader, index: number, bytes: Uint8Array, nowMs: number): void {
    const { counters, store } = this.context;
    const chunk = store.get(header);
    const kept = chunk?.pieces[index];
    if (kept && !areSame(kept, bytes)) {
      // Nobody verifies it, but the right one is at hand: who sends another is no honest peer.
      counters.piecesForged += 1;
      this.context.cut(from.peerId);
    } else if (chunk && store.isSpare(chunk, index)) counters.piecesSpare += 1;
    else {
      counters.piecesDuplicate += 1;
      this.context.repair.cameTwice();
      if (!from.within('duplicate', MAX_DUPLICATES_PER_SECOND, nowMs)) this.context.cut(from.peerId);
    }
  }

  /** On to the children of its stripe. One header object a chunk: that is how the outbox knows a piece again. */
  #pass({ header, pieces, paths }: StoredChunk, index: number, except: PeerId | null, nowMs: number): void {
    const bytes = pieces[index];
    if (!bytes) return;
    const piece = { type: 'piece', path: paths[index] ?? [], header, index, bytes } as const;
    this.#push(piece, except, nowMs);
    if (header.kind === 'key') this.#welcome(piece, nowMs);
  }

  /** On to newcomers who asked for it before it was here. */
  #welcome(piece: PieceMessage, nowMs: number): void {
    const stripe = stripeOf(piece.index);
    for (const peerId of this.#newcomers.waitingFor(piece.header.sequence, stripe, nowMs)) {
      const neighbour = this.context.neighbours.get(peerId);
      if (neighbour && !this.context.downstream.has(peerId, stripe))
        this.context.outbox.post(neighbour, piece, 'pull', nowMs);
    }
  }

  /** The host's own chunk. */
  publish({ header, pieces }: CutChunk, nowMs: number): void {
    this.context.succeed(nowMs);
    pieces.forEach((bytes, index) => {
      this.context.store.add(header, index, bytes, NO_WAY, nowMs);
      const piece = { type: 'piece', path: NO_WAY, header, index, bytes } as const;
      this.#push(piece, null, nowMs);
      if (header.kind === 'key') this.#welcome(piece, nowMs);
    });
  }

  /** A neighbour wants to be fed a stripe. */
  subscribe(child: Neighbour, { stripe, spare, urgent }: SubscribeMessage, nowMs: number): void {
    const { host, upstream, downstream, neighbours } = this.context;
    const { peerId, sinceMs, queuedBytes } = child;
    // Whoever is on the way to here cannot be fed from here.
    const circle = upstream.parentOf(stripe) === peerId || upstream.isVia(stripe, markOf(peerId));
    const able = host ? !this.#hasEnough(child, nowMs) : this.context.passesOn() && upstream.has(stripe) && !circle;
    const shuns = (other: PeerId): boolean =>
      child.shunsSince(other) < (neighbours.get(other)?.shunsSince(peerId) ?? Number.POSITIVE_INFINITY);
    const isQuiet = (other: PeerId): boolean =>
      nowMs - (neighbours.get(other)?.heardMs ?? Number.NEGATIVE_INFINITY) > CHILD_QUIET_MS;
    const isBarren = (other: PeerId): boolean =>
      nowMs - (neighbours.get(other)?.creditMs[stripe] ?? Number.NEGATIVE_INFINITY) > CREDIT_MS;
    // One that has shown that it feeds nobody may promise what it likes.
    const believed = nowMs - child.barrenMs < BARREN_MS ? 0 : spare;
    const applicant = { peerId, stripe, spare: believed, urgent, shuns, isQuiet, isBarren };
    const settled = nowMs - sinceMs > SETTLED_MS;
    const slow = settled && queuedBytes > SLOW_LINK_BYTES && downstream.feeds(peerId);
    const admission = able && !slow ? downstream.admit(applicant, nowMs) : ({ type: 'full' } as const);
    if (admission.type === 'full') {
      const instead = able ? this.#instead(stripe, peerId, nowMs) : null;
      this.#send(peerId, { type: 'refused', stripe, free: this.context.free(), instead });
      return;
    }
    this.#send(peerId, { type: 'subscribed', stripe });
    if (admission.type !== 'replaced') return;
    const { child: before } = admission;
    const replaced = neighbours.get(before);
    if (host && replaced && isBarren(before)) replaced.barrenMs = nowMs;
    const heir = admission.stripe === stripe ? peerId : this.#instead(admission.stripe, before, nowMs);
    if (heir === null) this.unsubscribe(before, admission.stripe);
    this.#send(before, { type: 'refused', stripe: admission.stripe, free: 0, instead: heir });
  }

  /**
   * Where others are waiting, a source gives nobody more than some stripes before anybody says that it gets one by it: else the
   * first who promises everything has the whole show, and keeps it.
   */
  #hasEnough({ peerId, creditMs }: Neighbour, nowMs: number): boolean {
    const { downstream, neighbours } = this.context;
    const isProven = creditMs.some((ms) => nowMs - ms <= CREDIT_MS);
    return !isProven && neighbours.size >= MANY_LINKS && downstream.stripesOf(peerId).length >= UNPROVEN_STRIPES;
  }

  /** Whom to ask instead: in turn, children who mainly pass that stripe on, those with room if there are any. */
  #instead(stripe: number, asker: PeerId, nowMs: number): PeerId | null {
    if (!this.context.design.redirects) return null;
    const inner: Neighbour[] = [];
    for (const child of this.context.downstream.of(stripe)) {
      const neighbour = child === asker ? undefined : this.context.neighbours.get(child);
      if (!neighbour?.relays || nowMs - neighbour.heardMs > CHILD_QUIET_MS) continue;
      if (neighbour.mainStripe === stripe || !this.context.design.mainStripes) inner.push(neighbour);
    }
    const roomy = inner.filter(({ status }) => status.free > 0);
    const among = roomy.length > 0 ? roomy : inner;
    this.#turn += 1;
    return among[this.#turn % among.length]?.peerId ?? null;
  }

  unsubscribe(peerId: PeerId, stripe: number): void {
    this.context.downstream.remove(peerId, stripe);
    this.context.outbox.cancel(peerId, (index) => stripeOf(index) !== stripe);
  }

  /** A neighbour asks for pieces, once. */
  serve({ peerId }: Neighbour, name: ChunkName, indices: readonly number[], nowMs: number): void {
    const { store, outbox, neighbours } = this.context;
    const neighbour = neighbours.get(peerId);
    if (!neighbour) return;
    const chunk = this.context.passesOn() ? store.get(name) : undefined;
    const wanted = indices.length > 0 ? indices : (chunk?.pieces.map((_, index) => index) ?? []);
    const kind = name.sequence < store.newest - HISTORY_CHUNKS ? 'history' : 'pull';
    const lacking: number[] = [];
    for (const index of wanted) {
      const bytes = chunk?.pieces[index];
      if (!chunk || !bytes) lacking.push(index);
      else {
        if (!store.mayServe(chunk, peerId)) return;
        const path = chunk.paths[index] ?? [];
        outbox.post(neighbour, { type: 'piece', path, header: chunk.header, index, bytes }, kind, nowMs);
      }
    }
    if (!chunk || lacking.length > 0) this.#send(peerId, { type: 'lack', chunk: name, indices: lacking });
  }

  /**
   * A newcomer asks for the key chunk that is on air, before it has heard which that is: what is here of it goes at once, and
   * what is not as soon as it comes. A host does so only where its line is idle: behind the rest is everyone.
   */
  begin(newcomer: Neighbour, stripes: readonly number[], nowMs: number): void {
    // Said again and again it would be a way to the show without a place.
    if (newcomer.hasBegun) return;
    newcomer.hasBegun = true;
    const { store, host, outbox } = this.context;
    const key = store.keyOnAir;
    const chunk = key === null ? undefined : store.at(key);
    const pieces = [...(chunk?.pieces.entries() ?? [])];
    const here = pieces.filter(([index, bytes]) => bytes && stripes.includes(stripeOf(index))).map(([index]) => index);
    const bytes = here.reduce((sum, index) => sum + (chunk?.pieces[index]?.length ?? 0), 0);
    if (!this.context.passesOn() || (host && (bytes === 0 || !outbox.isIdle(bytes, nowMs)))) {
      this.#send(newcomer.peerId, { type: 'lack', chunk: NO_CHUNK, indices: [] });
      return;
    }
    this.#newcomers.add(newcomer.peerId, stripes, key, nowMs);
    if (chunk && here.length > 0) this.serve(newcomer, chunk.header, here, nowMs);
  }

  /** Lets go of children who are gone, told to go, or too many. Due with each slow decision. */
  tend(nowMs: number): void {
    this.#dropSilent(nowMs);
    this.#shed();
  }

  /** This peer passes on no more: its children are fed until they have found others, from above it for instance. */
  handOver(nowMs: number): void {
    const { downstream, upstream } = this.context;
    for (let stripe = 0; stripe < STRIPES; stripe++) {
      for (const child of downstream.of(stripe)) {
        downstream.dismiss(child, stripe, nowMs);
        this.#send(child, { type: 'refused', stripe, free: 0, instead: upstream.parentOf(stripe) });
      }
    }
  }

  /** When the uplink shrank: lets go of one child too many. */
  #shed(): void {
    const { downstream } = this.context;
    const excess = downstream.excess() ?? this.#overloaded();
    if (!excess) return;
    downstream.remove(excess.peerId, excess.stripe);
    this.#send(excess.peerId, { type: 'refused', stripe: excess.stripe, free: 0, instead: null });
  }

  /** Children that were told to go, or may have vanished, lose their places; one that is alive asks again. */
  #dropSilent(nowMs: number): void {
    for (const { peerId, stripe } of this.context.downstream.overdue(nowMs)) this.unsubscribe(peerId, stripe);
    for (const { peerId, heardMs } of this.context.neighbours.values()) {
      if (nowMs - heardMs <= CHILD_SILENT_MS) continue;
      for (const stripe of this.context.downstream.stripesOf(peerId)) {
        this.unsubscribe(peerId, stripe);
        this.#send(peerId, { type: 'refused', stripe, free: this.context.free(), instead: null });
      }
    }
  }

  /** A link that holds back for long is worth one stripe less: its child finds another way for that one. */
  #overloaded(): { peerId: PeerId; stripe: number } | null {
    for (const neighbour of this.context.neighbours.values()) {
      const slow = neighbour.queuedBytes > SLOW_LINK_BYTES;
      const stripe = slow ? this.context.downstream.stripesOf(neighbour.peerId)[1] : undefined;
      neighbour.slowTimes = stripe === undefined ? 0 : neighbour.slowTimes + 1;
      if (neighbour.slowTimes < SLOW_TIMES || stripe === undefined) continue;
      neighbour.slowTimes = 0;
      return { peerId: neighbour.peerId, stripe };
    }
    return null;
  }

  #push(piece: PieceMessage, except: PeerId | null, nowMs: number): void {
    const children: Neighbour[] = [];
    const quiet: Neighbour[] = [];
    for (const child of this.context.children(stripeOf(piece.index), nowMs)) {
      const neighbour = child === except ? undefined : this.context.neighbours.get(child);
      if (!neighbour) continue;
      if (nowMs - neighbour.heardMs > CHILD_QUIET_MS) quiet.push(neighbour);
      else children.push(neighbour);
    }
    this.context.outbox.spread(children, piece, nowMs);
    for (const neighbour of quiet) this.context.outbox.post(neighbour, piece, 'pull', nowMs);
  }

  #send(to: PeerId, message: Message): void {
    this.context.emit({ type: 'send', to, message });
  }
}
