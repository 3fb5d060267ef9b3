import { STRIPES } from '../chunk.ts';
import { type Member, type Message, type PeerId, type Status } from '../messages.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { Downstream } from './downstream.ts';
import type { HeadCount } from './head-count.ts';
import type { HostClock } from './host-clock.ts';
import {
  CHILD_QUIET_MS,
  GOSSIP_MS,
  HEARTBEAT_MS,
  LOADED_PING_MS,
  NEVER_MS,
  PARENT_STATUS_MS,
  PING_MS,
  RECOUNT_MS,
  STATUS_MS,
} from './limits.ts';
import { LineProbe, TRAIN_BYTES } from './line-probe.ts';
import type { Neighbour } from './neighbour.ts';
import type { Uplink } from './uplink.ts';
import type { Upstream } from './upstream.ts';
import type { Wholeness } from './wholeness.ts';

/** Hops of the host itself, by stripe. */
const AT_THE_HOST: readonly number[] = Array<number>(STRIPES).fill(0);
/** By stripe, how many hang on this peer who concern a neighbour that is not known yet. */
const NOBODY: readonly number[] = Array<number>(STRIPES).fill(0);

/** So few neighbours are asked twice as often: what the line carries is to be found out as soon (chosen). */
const FEW_WITNESSES = 6;
/** Nothing is left in a link of what was sent over it so long ago, ms (chosen). */
const EMPTY_MS = 500;

export interface PresenceContext {
  readonly host: boolean;
  readonly neighbours: ReadonlyMap<PeerId, Neighbour>;
  readonly store: ChunkStore;
  readonly upstream: Upstream;
  readonly downstream: Downstream;
  readonly heads: HeadCount;
  readonly wholeness: Wholeness;
  readonly clock: HostClock;
  readonly uplink: Uplink;
  /** Slots that others may be told of. */
  readonly free: () => number;
  /** Whether this peer holds a door of its own. */
  readonly door: () => boolean;
  /** Neighbours to name to this one. */
  members(to: PeerId, nowMs: number): Member[];
  readonly send: (to: PeerId, message: Message) => void;
}

/**
 * What this peer tells its neighbours about itself, and learns from them about the whole: its status, who else is
 * there, the time at the host, and how many hang on it.
 */
export class Presence {
  readonly #probe = new LineProbe();
  #gossipMs: number;
  /** Some parent may not know yet how many hang on this peer. */
  #untold = false;
  /** `Upstream.reach` as all neighbours know it, and since when, ms. */
  #reach = 0;
  #newsMs = NEVER_MS;

  /** @param gossipMs when to gossip first: spread by chance */
  constructor(
    private readonly context: PresenceContext,
    gossipMs: number,
  ) {
    this.#gossipMs = gossipMs;
  }

  /** Goes out right behind the hello, half a round trip before the other side is known. */
  greeting(): Message {
    return this.#status(false, this.#ownDepths, NOBODY);
  }

  /** A link has opened. */
  greet(neighbour: Neighbour, nowMs: number): void {
    neighbour.statusSentMs = nowMs;
    this.#ping(neighbour, nowMs);
    this.#sendTrain(neighbour, nowMs);
    if (!this.context.host) this.#name(neighbour.peerId, nowMs);
  }

  /** Says what is due. */
  tend(nowMs: number): void {
    this.context.wholeness.look(this.context.store, nowMs);
    this.context.heads.look();
    const depths = this.#ownDepths;
    const gossip = nowMs >= this.#gossipMs;
    if (gossip) this.#gossipMs = nowMs + GOSSIP_MS;
    for (const neighbour of this.context.neighbours.values()) {
      const feedsUs = this.context.upstream.isFedBy(neighbour.peerId);
      const isFed = this.context.downstream.feeds(neighbour.peerId);
      // Children know by it that this peer is still there, and parents that they don't feed in vain.
      const starves = isFed && nowMs - neighbour.fedMs >= HEARTBEAT_MS;
      const dueMs = feedsUs ? PARENT_STATUS_MS : starves ? HEARTBEAT_MS : STATUS_MS;
      if (nowMs - neighbour.statusSentMs >= dueMs) this.#sendStatus(neighbour, depths, nowMs);
      this.#inquire(neighbour, isFed, nowMs);
      if (gossip) this.#name(neighbour.peerId, nowMs);
    }
  }

  /** Asks for the time, and how long the way is: children more often while much is sent. */
  #inquire(neighbour: Neighbour, isFed: boolean, nowMs: number): void {
    const sinceMs = nowMs - neighbour.pingSentMs;
    const few = this.context.neighbours.size < FEW_WITNESSES;
    const loadedMs = few ? LOADED_PING_MS / 2 : LOADED_PING_MS;
    if (sinceMs < (isFed && this.context.uplink.isLoaded ? loadedMs : PING_MS)) return;
    // Of a line that is full the answers tell late, or never: that there is none yet says as much.
    const isThere = isFed && nowMs - neighbour.heardMs < CHILD_QUIET_MS;
    if (!neighbour.pingAnswered && isThere) this.#waited(neighbour, sinceMs, nowMs);
    if (neighbour.pingAnswered || sinceMs >= PING_MS) this.#ping(neighbour, nowMs);
  }

  learn(neighbour: Neighbour, status: Status, nowMs: number): void {
    if (status.newest && status.newest.epochS !== neighbour.status.newest?.epochS) neighbour.epochMs = nowMs;
    if (!areSame(status.below, neighbour.status.below)) this.context.heads.changed();
    neighbour.status = status;
    if (this.context.host) this.#credit(neighbour, status.via, nowMs);
    if (status.free > 0) neighbour.relays = true;
  }

  /** This peer has another parent than before. */
  moved(): void {
    this.#untold = true;
  }

  /**
   * Tells at once what others wait for: all neighbours, which stripes have ceased to come here, or come again; and parents,
   * when what hangs on this peer has changed, or whom it hangs on.
   */
  tellNews(nowMs: number): void {
    const { neighbours, upstream, heads } = this.context;
    const { reach } = upstream;
    if (reach !== this.#reach && nowMs - this.#newsMs >= RECOUNT_MS) {
      this.#reach = reach;
      this.#newsMs = nowMs;
      for (const neighbour of neighbours.values()) this.#sendStatus(neighbour, upstream.depths, nowMs);
    }
    if (!this.#untold && !heads.isNews) return;
    this.#untold = false;
    const { below } = heads;
    for (let stripe = 0; stripe < STRIPES; stripe++) {
      const parent = neighbours.get(upstream.parentOf(stripe) ?? '');
      if (!parent || parent.told[stripe] === below[stripe]) continue;
      if (nowMs - parent.statusSentMs < RECOUNT_MS) this.#untold = true;
      else this.#sendStatus(parent, this.#ownDepths, nowMs);
    }
  }

  /** Those children are of use by whom others get the show. */
  #credit(from: Neighbour, via: readonly number[], nowMs: number): void {
    for (const [stripe, mark] of via.entries()) {
      for (const child of this.context.downstream.of(stripe)) {
        const neighbour = this.context.neighbours.get(child);
        if (neighbour && neighbour !== from && neighbour.mark === mark) neighbour.creditMs[stripe] = nowMs;
      }
    }
  }

  answer(neighbour: Neighbour, { sentMs, padding }: Ping, nowMs: number): void {
    const time = this.context.clock.read(nowMs);
    this.context.send(neighbour.peerId, { type: 'pong', sentMs, padding, heardMs: nowMs, ...time });
  }

  answered(neighbour: Neighbour, { sentMs, padding, heardMs, hostMs, errorMs }: Pong, nowMs: number): void {
    const { peerId, leastRttMs } = neighbour;
    const rttMs = nowMs - sentMs;
    if (padding > 0) {
      const guess = this.#probe.tailCame(peerId, sentMs, heardMs, rttMs - leastRttMs);
      if (guess) this.context.uplink.guess(guess);
      this.#sendTrain(neighbour, nowMs);
      return;
    }
    if (sentMs !== neighbour.pingSentMs) return;
    this.#probe.headCame(peerId, sentMs, heardMs);
    neighbour.rttMs = rttMs;
    neighbour.pingAnswered = true;
    if (this.context.uplink.isClear) neighbour.rttIsKnown = true;
    const waitedMs = neighbour.way.waited(sentMs, heardMs, Math.max(0, rttMs - leastRttMs));
    if (rttMs < leastRttMs) neighbour.leastRttMs = rttMs;
    else this.#waited(neighbour, waitedMs, nowMs);
    if (!this.context.host) this.context.clock.learn(sentMs, hostMs, errorMs, nowMs);
    this.#sendTrain(neighbour, nowMs);
  }

  /**
   * What the line carries is asked for once, before anything depends on it: best while a link is new, for a newcomer soon fetches what it
   * has missed, and behind media a train tells what the link lets out.
   */
  #sendTrain(neighbour: Neighbour, nowMs: number): void {
    if (!this.context.uplink.isGuessed || this.context.downstream.feeds(neighbour.peerId)) return;
    if (nowMs - neighbour.fedMs < EMPTY_MS || !this.#probe.begins(neighbour.peerId, nowMs)) return;
    if (neighbour.pingSentMs !== nowMs) this.#ping(neighbour, nowMs);
    this.context.send(neighbour.peerId, { type: 'ping', sentMs: nowMs, padding: TRAIN_BYTES });
    this.context.uplink.spend(TRAIN_BYTES);
  }

  /** Once some ways are known, only their answers count: the shortest way of the others may have had a queue in it. */
  #waited(neighbour: Neighbour, waitedMs: number, nowMs: number): void {
    const { uplink, neighbours } = this.context;
    if (neighbour.rttIsKnown || !isAnyKnown(neighbours)) uplink.waited(waitedMs, neighbour.peerId, nowMs);
  }

  /** Newest chunk that anyone has shown: verified here, or claimed by two neighbours or more. */
  get newestAnywhere(): number {
    const { neighbours, store } = this.context;
    let [first, second] = [-1, -1];
    for (const { status } of neighbours.values()) {
      const { newest } = status;
      if (newest?.epochS !== store.epochS || newest.sequence <= second) continue;
      second = Math.min(first, newest.sequence);
      first = Math.max(first, newest.sequence);
    }
    return Math.max(store.newest, second);
  }

  get #ownDepths(): readonly number[] {
    return this.context.host ? AT_THE_HOST : this.context.upstream.depths;
  }

  #sendStatus(neighbour: Neighbour, depths: readonly number[], nowMs: number): void {
    const { upstream, heads, send } = this.context;
    neighbour.statusSentMs = nowMs;
    neighbour.told = heads.below.map((count, stripe) => (upstream.parentOf(stripe) === neighbour.peerId ? count : 0));
    send(neighbour.peerId, this.#status(neighbour.host, depths, neighbour.told));
  }

  #status(toHost: boolean, depths: readonly number[], below: readonly number[]): Message {
    const { upstream, store, heads, wholeness, free, door } = this.context;
    const whole = heads.whole(wholeness.isWhole).map((count, stripe) => Math.min(count, below[stripe] ?? 0));
    const { newestWhole: newest } = store;
    const via = toHost ? upstream.firstMarks : [];
    return { type: 'status', depths, free: free(), newest, below, whole, door: door(), via };
  }

  #ping(neighbour: Neighbour, nowMs: number): void {
    neighbour.pingSentMs = nowMs;
    neighbour.pingAnswered = false;
    this.context.send(neighbour.peerId, { type: 'ping', sentMs: nowMs, padding: 0 });
  }

  #name(to: PeerId, nowMs: number): void {
    this.context.send(to, { type: 'members', members: this.context.members(to, nowMs) });
  }
}

const areSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((count, at) => count === b[at]);

/** Whether there is a neighbour whose answers tell what waits in queues. */
function isAnyKnown(neighbours: ReadonlyMap<PeerId, Neighbour>): boolean {
  for (const { rttIsKnown } of neighbours.values()) if (rttIsKnown) return true;
  return false;
}

type Ping = Extract<Message, { type: 'ping' }>;
type Pong = Extract<Message, { type: 'pong' }>;
