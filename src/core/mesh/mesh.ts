import { type ChunkHeader, type CutChunk, STRIPES, stripeOf } from '../chunk.ts';
import { type ChunkName, type Message, NO_DEPTH, pieceOverhead, type PeerId, type Status } from '../wire.ts';
import { ChunkStore, type StoredChunk } from './chunk-store.ts';
import { DoorCare } from './door-care.ts';
import { Downstream } from './downstream.ts';
import { HostClock } from './host-clock.ts';
import {
  GOSSIP_MS,
  MAX_CONTROL_PER_SECOND,
  MAX_DUPLICATES_PER_SECOND,
  MAX_SIGNALS_PER_SECOND,
  PING_MS,
  POLICY_MS,
  SILENT_MS,
  STATUS_MS,
} from './limits.ts';
import { Membership } from './membership.ts';
import type { Effect, Input, MeshCounters } from './mesh-io.ts';
import { Neighbour } from './neighbour.ts';
import { Outbox, type ParcelClass } from './outbox.ts';
import { Repair } from './repair.ts';
import { Uplink } from './uplink.ts';
import { Upstream } from './upstream.ts';

type PieceMessage = Extract<Message, { type: 'piece' }>;

export interface MeshOptions {
  readonly peerId: PeerId;
  readonly host: boolean;
  /** Draws from [0, 1); its seed makes a run repeatable. */
  readonly random: () => number;
  readonly nowMs: number;
  /** What the host's encoder aims at, bit/s, until chunks say better. */
  readonly nominalBps?: number;
}

/**
 * One peer of the mesh: (state, input, now) → effects. It has no clock, no chance and no network of its own, so the
 * very same code runs in the page and in the simulator. Times are milliseconds of one monotonic clock near Unix time.
 */
export class Mesh {
  readonly peerId: PeerId;
  readonly host: boolean;
  readonly store = new ChunkStore();
  readonly clock: HostClock;
  readonly uplink: Uplink;
  readonly downstream: Downstream;
  readonly upstream: Upstream;
  readonly neighbours = new Map<PeerId, Neighbour>();
  readonly counters: MeshCounters = {
    mediaBytesReceived: 0,
    piecesReceived: 0,
    piecesDuplicate: 0,
    piecesRepaired: 0,
    piecesLate: 0,
    piecesForged: 0,
    peersCut: 0,
  };
  readonly #outbox: Outbox;
  readonly #repair: Repair;
  readonly #membership: Membership;
  readonly #door: DoorCare;
  readonly #nominalBps: number;
  #effects: Effect[] = [];
  #relays = true;
  #end: ChunkHeader | null = null;
  #policyMs = Number.NEGATIVE_INFINITY;
  #gossipMs: number;
  #viewersBelow = new Map<PeerId, number>();

  constructor({ peerId, host, random, nowMs, nominalBps = 2_000_000 }: MeshOptions) {
    this.peerId = peerId;
    this.host = host;
    this.#nominalBps = nominalBps;
    this.#gossipMs = nowMs + GOSSIP_MS * random();
    this.clock = new HostClock(host);
    this.uplink = new Uplink(host, nowMs);
    this.downstream = new Downstream(host);
    const send = (to: PeerId, message: Message): void => {
      this.#emit({ type: 'send', to, message });
    };
    this.#outbox = new Outbox(this.uplink, send);
    const { neighbours, store } = this;
    const isChild = (id: PeerId, stripe: number): boolean => this.downstream.has(id, stripe);
    this.upstream = new Upstream({ neighbours, random, isChild, send, spare: () => this.#free });
    this.#repair = new Repair({
      neighbours,
      store,
      random,
      isChild,
      send,
      parentOf: (stripe) => this.upstream.parentOf(stripe),
      patienceMs: (stripe) => this.upstream.patienceMs(stripe),
      missed: (stripe) => {
        this.upstream.missed(stripe);
      },
    });
    this.#membership = new Membership({
      peerId,
      host,
      neighbours,
      random,
      send,
      reaches: (id) => this.neighbours.has(id) || this.#door.has(id),
      idle: (id) => this.downstream.stripesOf(id).length + this.upstream.stripesFrom(id).length === 0,
      connect: (id, attempt, initiator) => {
        this.#emit({ type: 'connect', peerId: id, attempt, initiator });
      },
      signal: (id, attempt, data) => {
        this.#emit({ type: 'signal', peerId: id, attempt, data });
      },
      disconnect: (id) => {
        this.#disconnect(id);
      },
    });
    this.#door = new DoorCare(host, random, (effect) => {
      this.#emit(effect);
    });
  }

  /** When the next `tick` is due, ms. */
  get dueMs(): number {
    return Math.min(this.#policyMs + POLICY_MS, this.#repair.dueMs, this.#outbox.readyMs);
  }

  /** Hops from the host, the deepest stripe; 0 for the host itself, null without a show. */
  get depth(): number | null {
    if (this.host) return 0;
    const depths = this.upstream.depths.filter((depth) => depth !== NO_DEPTH);
    return depths.length > 0 ? Math.max(...depths) : null;
  }

  /** Viewers of the whole show, as far as known. */
  get viewers(): number {
    if (!this.host) {
      const parent = this.neighbours.get(this.upstream.parentOf(0) ?? '');
      return Math.max(1, parent?.status.viewers ?? 0);
    }
    return Math.max(this.#below, this.neighbours.size);
  }

  /** Media sent so far, headers included, bytes. */
  get mediaBytesSent(): number {
    return this.#outbox.bytesSent;
  }

  /** Live media that waits for the uplink, here and in the links, bytes. */
  get backlogBytes(): number {
    return this.#outbox.waitingBytes + this.#queuedBytes;
  }

  /** Whether a piece is worth checking: asked before its signature and hash are looked at. */
  judge(from: PeerId, { header, index }: PieceMessage): 'needed' | 'duplicate' | 'late' {
    return this.neighbours.has(from) && !this.host ? this.store.judge(header, index) : 'late';
  }

  /** Takes one input and returns what is to be done, in order. */
  handle(input: Input, nowMs: number): Effect[] {
    this.#take(input, nowMs);
    if (nowMs >= this.#policyMs + POLICY_MS) this.#decide(nowMs);
    if (!this.host && nowMs >= this.#repair.dueMs) this.#repair.mend(nowMs);
    this.#outbox.flush(this.neighbours, nowMs);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #take(input: Input, nowMs: number): void {
    switch (input.type) {
      case 'tick':
        return;
      case 'link-open':
        this.#opened(new Neighbour(input.peerId, input.host, input.relays, nowMs), nowMs);
        return;
      case 'link-closed':
        this.#closed(input.peerId, nowMs);
        return;
      case 'door-open':
        this.#door.opened(input.peerId, nowMs);
        if (this.host) this.#introduce(input.peerId);
        return;
      case 'door-closed':
        this.#door.closed(input.peerId, nowMs);
        return;
      case 'door-failed':
        this.#door.failed(nowMs);
        return;
      case 'message':
        this.#heard(input.from, input.message, nowMs);
        return;
      case 'forged':
        this.counters.piecesForged += 1;
        this.#cut(input.from, nowMs);
        return;
      case 'signal':
        this.#membership.emitted(input.peerId, input.attempt, input.data);
        return;
      case 'queue': {
        const neighbour = this.neighbours.get(input.peerId);
        if (neighbour) neighbour.queuedBytes = input.bytes;
        return;
      }
      case 'publish':
        this.#publish(input.chunk, nowMs);
        return;
      case 'publish-end':
        this.#ended(input.header, null);
        return;
      case 'limits':
        this.uplink.limit(input.uplinkBps);
        this.#relays = input.relays;
        return;
      case 'leave':
        for (const peerId of this.neighbours.keys()) this.#send(peerId, { type: 'bye' });
        return;
    }
  }

  #heard(from: PeerId, message: Message, nowMs: number): void {
    const neighbour = this.neighbours.get(from);
    if (!neighbour) {
      if (this.#door.has(from)) this.#heardAtDoor(from, message, nowMs);
      return;
    }
    neighbour.heardMs = nowMs;
    if (message.type === 'piece') {
      this.#piece(neighbour, message, nowMs);
      return;
    }
    if (!neighbour.within('control', MAX_CONTROL_PER_SECOND, nowMs)) {
      this.#cut(from, nowMs);
      return;
    }
    switch (message.type) {
      case 'hello':
        return; // the link's owner has read it
      case 'status':
        this.#status(neighbour, message, nowMs);
        return;
      case 'members':
        this.#membership.heard(from, message.members, nowMs);
        return;
      case 'ping':
        this.#send(from, { type: 'pong', sentMs: message.sentMs, ...this.clock.read(nowMs) });
        return;
      case 'pong':
        if (message.sentMs !== neighbour.pingSentMs) return;
        neighbour.rttMs = nowMs - message.sentMs;
        if (!this.host) this.clock.learn(message.sentMs, message.hostMs, message.errorMs, nowMs);
        return;
      case 'subscribe':
        this.#subscribe(neighbour, message, nowMs);
        return;
      case 'unsubscribe':
        this.downstream.remove(from, message.stripe);
        this.#outbox.cancel(from, (index) => stripeOf(index) !== message.stripe);
        return;
      case 'subscribed':
        this.upstream.subscribed(from, message.stripe, nowMs);
        return;
      case 'refused':
        neighbour.status = { ...neighbour.status, free: message.free };
        this.upstream.refused(from, message.stripe, message.instead, nowMs);
        return;
      case 'want':
        this.#serve(neighbour, message.chunk, message.indices, nowMs);
        return;
      case 'lack':
        this.#repair.lacks(from, message.chunk, nowMs);
        return;
      case 'signal':
        if (neighbour.within('signal', MAX_SIGNALS_PER_SECOND, nowMs)) this.#membership.received(from, message, nowMs);
        return;
      case 'end':
        this.#ended(message.header, from);
        return;
      case 'bye':
        this.#disconnect(from);
        this.#closed(from, nowMs);
        return;
    }
  }

  #heardAtDoor(from: PeerId, message: Message, nowMs: number): void {
    if (message.type === 'members') this.#membership.heard(from, message.members, nowMs);
    else if (message.type === 'signal') this.#membership.received(from, message, nowMs);
    else if (message.type === 'end') this.#ended(message.header, from);
  }

  #piece(from: Neighbour, message: PieceMessage, nowMs: number): void {
    const { header, index, bytes } = message;
    this.counters.mediaBytesReceived += bytes.length + pieceOverhead(header);
    const verdict = this.judge(from.peerId, message);
    if (verdict === 'late') this.counters.piecesLate += 1;
    if (verdict === 'duplicate') {
      this.counters.piecesDuplicate += 1;
      if (!from.within('duplicate', MAX_DUPLICATES_PER_SECOND, nowMs)) this.#cut(from.peerId, nowMs);
    }
    const stripe = stripeOf(index);
    const depth = Math.min(message.hops + 1, NO_DEPTH - 1);
    const asked = this.#repair.wasAsked(from.peerId, header.sequence, index);
    const seenMs = this.store.get(header)?.seenMs ?? nowMs;
    if (verdict !== 'late' && !asked) {
      this.upstream.pushed(from.peerId, stripe, header.sequence, depth, nowMs - seenMs, nowMs);
    }
    if (verdict !== 'needed') return;
    const { epochS } = this.store;
    const chunk = this.store.add(header, index, bytes, depth, nowMs);
    if (epochS !== this.store.epochS) {
      this.#repair.restart();
      this.upstream.restart();
    }
    this.counters.piecesReceived += 1;
    if (asked) this.counters.piecesRepaired += 1;
    from.newestSent = Math.max(from.newestSent, header.sequence);
    this.#pushOn(header, index, bytes, depth, from.peerId, nowMs);
    if (chunk.missing === 0) this.#emit({ type: 'chunk', header, bytes: joined(chunk) });
    else this.#repair.dueMs = Math.min(this.#repair.dueMs, chunk.seenMs + this.upstream.patienceMs(stripe));
  }

  #pushOn(header: ChunkHeader, index: number, bytes: Uint8Array, hops: number, except: PeerId, nowMs: number): void {
    let kind: ParcelClass = 'first';
    for (const child of this.downstream.of(stripeOf(index))) {
      const neighbour = child === except ? undefined : this.neighbours.get(child);
      if (!neighbour) continue;
      this.#outbox.post(neighbour, { type: 'piece', hops, header, index, bytes }, kind, nowMs);
      kind = 'copy';
    }
  }

  #publish({ header, pieces }: CutChunk, nowMs: number): void {
    pieces.forEach((bytes, index) => {
      this.store.add(header, index, bytes, 0, nowMs);
      this.#pushOn(header, index, bytes, 0, this.peerId, nowMs);
    });
  }

  #serve(neighbour: Neighbour, name: ChunkName, indices: readonly number[], nowMs: number): void {
    const chunk = this.#relays || this.host ? this.store.get(name) : undefined;
    const wanted = indices.length > 0 ? indices : (chunk?.pieces.map((_, index) => index) ?? []);
    const kind = name.sequence < this.store.newest - 5 ? 'history' : 'copy';
    const lacking: number[] = [];
    for (const index of wanted) {
      const bytes = chunk?.pieces[index];
      if (!chunk || !bytes) lacking.push(index);
      else {
        const hops = this.host ? 0 : (chunk.depths[index] ?? 0);
        this.#outbox.post(neighbour, { type: 'piece', hops, header: chunk.header, index, bytes }, kind, nowMs);
      }
    }
    if (!chunk || lacking.length > 0) this.#send(neighbour.peerId, { type: 'lack', chunk: name, indices: lacking });
  }

  #subscribe(neighbour: Neighbour, { stripe, spare, urgent }: SubscribeMessage, nowMs: number): void {
    const { peerId } = neighbour;
    const able = this.host || (this.#relays && this.upstream.parentOf(stripe) !== null);
    const circle = this.upstream.parentOf(stripe) === peerId;
    const admission =
      able && !circle ? this.downstream.admit({ peerId, stripe, spare, urgent }, nowMs) : ({ type: 'full' } as const);
    if (admission.type === 'full') {
      this.#send(peerId, { type: 'refused', stripe, free: this.#free, instead: null });
      return;
    }
    this.#send(peerId, { type: 'subscribed', stripe });
    if (admission.type !== 'replaced') return;
    this.#send(admission.child, { type: 'refused', stripe, free: 0, instead: peerId });
  }

  #status(neighbour: Neighbour, status: Status, nowMs: number): void {
    neighbour.status = status;
    if (status.free > 0) neighbour.relays = true;
    if (this.downstream.has(neighbour.peerId, 0)) this.#viewersBelow.set(neighbour.peerId, status.below);
    if (this.host) return;
    if (neighbour.relays && status.newest) this.#repair.join(neighbour, status.newest, nowMs);
    this.upstream.tend(this.#newestAnywhere(), nowMs);
  }

  #opened(neighbour: Neighbour, nowMs: number): void {
    const { peerId } = neighbour;
    if (this.#membership.isBanned(peerId)) {
      this.#disconnect(peerId);
      return;
    }
    this.neighbours.set(peerId, neighbour);
    this.#membership.opened(peerId);
    if (this.#end) this.#send(peerId, { type: 'end', header: this.#end });
    this.#sendStatus(neighbour, nowMs);
    this.#ping(neighbour, nowMs);
    if (!this.host) this.#send(peerId, { type: 'members', members: this.#membership.members(peerId) });
  }

  #closed(peerId: PeerId, nowMs: number): void {
    this.#membership.failed(peerId, nowMs);
    if (!this.neighbours.delete(peerId)) return;
    this.downstream.removeAll(peerId);
    this.#viewersBelow.delete(peerId);
    this.#outbox.cancel(peerId, () => false);
    if (!this.host) this.upstream.lost(peerId, nowMs);
  }

  /** For good: it sent what no honest peer sends. */
  #cut(peerId: PeerId, nowMs: number): void {
    this.counters.peersCut += 1;
    this.#membership.ban(peerId);
    this.#disconnect(peerId);
    this.#closed(peerId, nowMs);
  }

  #ended(header: ChunkHeader, from: PeerId | null): void {
    if (this.#end !== null && this.#end.epochS >= header.epochS) return;
    if (this.store.epochS !== null && header.epochS < this.store.epochS) return;
    this.#end = header;
    for (const peerId of this.neighbours.keys()) if (peerId !== from) this.#send(peerId, { type: 'end', header });
    this.#emit({ type: 'ended' });
  }

  #decide(nowMs: number): void {
    this.#policyMs = nowMs;
    this.uplink.judge(this.#queuedBytes, nowMs);
    const may = this.#relays || this.host;
    this.downstream.slots = may ? this.uplink.slots(this.store.bitsPerSecond ?? this.#nominalBps) : 0;
    const excess = this.downstream.excess();
    if (excess) {
      this.downstream.remove(excess.peerId, excess.stripe);
      this.#send(excess.peerId, { type: 'refused', stripe: excess.stripe, free: 0, instead: null });
    }
    for (const neighbour of [...this.neighbours.values()]) this.#attend(neighbour, nowMs);
    if (nowMs >= this.#gossipMs) {
      this.#gossipMs = nowMs + GOSSIP_MS;
      for (const peerId of this.neighbours.keys()) {
        this.#send(peerId, { type: 'members', members: this.#membership.members(peerId) });
      }
    }
    this.#membership.seek(nowMs);
    if (this.host) return;
    this.upstream.tend(this.#newestAnywhere(), nowMs);
    this.#door.tend(this.neighbours.size, this.#end === null ? this.store.newestMs : nowMs, nowMs);
    this.#repair.mend(nowMs);
  }

  #attend(neighbour: Neighbour, nowMs: number): void {
    neighbour.asked = 0;
    if (nowMs - neighbour.heardMs > SILENT_MS) {
      this.#disconnect(neighbour.peerId);
      this.#closed(neighbour.peerId, nowMs);
      return;
    }
    if (nowMs - neighbour.statusSentMs >= STATUS_MS) this.#sendStatus(neighbour, nowMs);
    if (nowMs - neighbour.pingSentMs >= PING_MS) this.#ping(neighbour, nowMs);
  }

  #sendStatus(neighbour: Neighbour, nowMs: number): void {
    neighbour.statusSentMs = nowMs;
    const depths = this.host ? Array<number>(STRIPES).fill(0) : this.upstream.depths;
    const below = this.upstream.parentOf(0) === neighbour.peerId ? this.#below : 0;
    const newest = this.store.newestWhole;
    const { viewers } = this;
    this.#send(neighbour.peerId, { type: 'status', depths, free: this.#free, newest, below, viewers });
  }

  #ping(neighbour: Neighbour, nowMs: number): void {
    neighbour.pingSentMs = nowMs;
    this.#send(neighbour.peerId, { type: 'ping', sentMs: nowMs });
  }

  /** The door's answer to a newcomer: the host itself, and some of those that are here already. */
  #introduce(newcomer: PeerId): void {
    const self = { peerId: this.peerId, free: this.#free, depth: 0 };
    const members = [self, ...this.#membership.members(newcomer)];
    this.#send(newcomer, { type: 'members', members });
    if (this.#end) this.#send(newcomer, { type: 'end', header: this.#end });
  }

  /** What the links hold back: the line itself is slow, or the other end. */
  get #queuedBytes(): number {
    let queued = 0;
    for (const neighbour of this.neighbours.values()) queued += neighbour.queuedBytes;
    return queued;
  }

  get #free(): number {
    return this.#relays || this.host ? this.downstream.free : 0;
  }

  /** Viewers that hang on this peer in stripe 0, itself included if it is one. */
  get #below(): number {
    let sum = this.host ? 0 : 1;
    for (const child of this.downstream.of(0)) sum += Math.max(1, this.#viewersBelow.get(child) ?? 1);
    return sum;
  }

  /** Newest chunk that anyone has shown: verified here, or claimed by two neighbours or more. */
  #newestAnywhere(): number {
    const claims = [...this.neighbours.values()]
      .flatMap(({ status }) => (status.newest?.epochS === this.store.epochS ? [status.newest?.sequence ?? -1] : []))
      .sort((a, b) => b - a);
    return Math.max(this.store.newest, claims[1] ?? -1);
  }

  #disconnect(peerId: PeerId): void {
    this.#emit({ type: 'disconnect', peerId });
  }

  #send(to: PeerId, message: Message): void {
    this.#emit({ type: 'send', to, message });
  }

  #emit(effect: Effect): void {
    this.#effects.push(effect);
  }
}

type SubscribeMessage = Extract<Message, { type: 'subscribe' }>;

function joined({ header, pieces }: StoredChunk): Uint8Array {
  const bytes = new Uint8Array(header.byteLength);
  let at = 0;
  for (const piece of pieces) {
    if (!piece) continue;
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
