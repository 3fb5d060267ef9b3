import { type ChunkHeader, DATA_STRIPES } from '../chunk.ts';
import { ANYONE, type Message, type PeerId } from '../messages.ts';
import type { SupplyReport } from '../supply.ts';
import type { Census } from './census.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { Downstream } from './downstream.ts';
import type { HeadCount } from './head-count.ts';
import { doorChanged, hear } from './hearing.ts';
import { heldBack, isCrowdFull, queuedBytes, queuesRead, supplyOf } from './held-back.ts';
import type { HostClock } from './host-clock.ts';
import { introduceWaiting, knockIfLost } from './introductions.ts';
import { BESIDE_PER_SECOND, MAX_CONTROL_PER_SECOND, NEVER_MS, POLICY_MS, SILENT_MS } from './limits.ts';
import type { Effect, Input, MeshCounters } from './mesh-io.ts';
import { Neighbour } from './neighbour.ts';
import { assemble, type MeshOptions, type Parts } from './parts.ts';
import type { Uplink } from './uplink.ts';
import type { Upstream } from './upstream.ts';
import { Waking } from './waking.ts';

/** Most inputs ask for nothing to be done. */
const NOTHING: readonly Effect[] = [];

/** What `Mesh.judge` needs to know of a piece. */
type PieceMessage = Extract<Message, { type: 'piece' }>;

/**
 * One peer of the mesh: (state, input, now) → effects. It has no clock, no chance and no network of its own, so the
 * very same code runs in the page and in the simulator. Times are milliseconds of one monotonic clock near Unix time.
 */
export class Mesh {
  readonly peerId: PeerId;
  readonly host: boolean;
  readonly #parts: Parts;
  readonly #waking: Waking;
  readonly #nominalBps: number;
  #effects: Effect[] = [];
  #relays = true;
  #policyMs = NEVER_MS;
  #nowMs: number;

  constructor(options: MeshOptions) {
    this.peerId = options.peerId;
    this.host = options.host;
    this.#nominalBps = options.nominalBps ?? 2_000_000;
    this.#nowMs = options.nowMs;
    this.#parts = assemble(options, {
      emit: (effect) => {
        this.#effects.push(effect);
      },
      cut: (peerId) => {
        this.#cut(peerId, this.#nowMs);
      },
      passesOn: () => this.#relays || this.host,
    });
    this.#waking = new Waking(this.#parts);
  }

  /** For the diagnostics: to be read, not changed. */
  get neighbours(): ReadonlyMap<PeerId, Neighbour> {
    return this.#parts.neighbours;
  }

  get upstream(): Upstream {
    return this.#parts.upstream;
  }

  get downstream(): Downstream {
    return this.#parts.downstream;
  }

  get uplink(): Uplink {
    return this.#parts.uplink;
  }

  /** What a host's line is known to carry of one copy of its show, with what a crowd needs besides, bit/s; null: nothing. */
  get copyBps(): number | null {
    return this.#parts.uplink.copyBps(this.heads.isCrowd(this.#nowMs));
  }

  get clock(): HostClock {
    return this.#parts.clock;
  }

  get store(): ChunkStore {
    return this.#parts.store;
  }

  /** The host's latest session, as far as it is known here; 0: none. */
  get epochS(): number {
    return this.#parts.lastWord.epochS;
  }

  get heads(): HeadCount {
    return this.#parts.heads;
  }

  get census(): Census {
    return this.#parts.census;
  }

  get counters(): Readonly<MeshCounters> {
    return this.#parts.counters;
  }

  /** When the next `tick` is due, ms. */
  get dueMs(): number {
    return Math.min(this.#policyMs + POLICY_MS, this.#parts.repair.dueMs, this.#parts.outbox.readyMs);
  }

  /** Hops from the host, the deepest stripe; 0 for the host itself, null without a show. */
  get depth(): number | null {
    return this.host ? 0 : this.#parts.upstream.deepest;
  }

  /** Viewers of the whole show, as far as known. */
  get viewers(): number {
    return this.#parts.heads.viewers(this.#nowMs);
  }

  /** Viewers, those of them whom a stripe reaches, and whether those near the host could feed more. */
  get supply(): SupplyReport {
    return supplyOf(this.#parts, this.#nowMs);
  }

  /** Media sent so far, headers included, bytes. */
  get mediaBytesSent(): number {
    return this.#parts.outbox.bytesSent;
  }

  /** First copies of live media that wait for the uplink, and what the links hold back, bytes. */
  get backlogBytes(): number {
    return this.#parts.outbox.waitingBytes + queuedBytes(this.neighbours, this.#nowMs);
  }

  /** Whether a piece is worth checking: asked before its signature and hash are looked at. */
  judge(from: PeerId, { header, index }: PieceMessage): 'needed' | 'duplicate' | 'late' {
    return this.neighbours.has(from) && !this.host ? this.#parts.store.judgeForCheck(header, index) : 'late';
  }

  /** What this peer says right behind its hello, on a link that has just opened. @param to who was called, or called */
  greeting(to: PeerId): Message[] {
    const wish = this.host ? null : this.#parts.headStart.ask(to);
    return wish ? [this.#parts.presence.greeting(), wish] : [this.#parts.presence.greeting()];
  }

  /** Takes one input and returns what is to be done, in order. */
  handle(input: Input, nowMs: number): readonly Effect[] {
    this.#nowMs = nowMs;
    if (this.#policyMs !== NEVER_MS) this.#waking.look(nowMs - this.dueMs, nowMs);
    this.#take(input, nowMs);
    if (nowMs >= this.#policyMs + POLICY_MS) this.#decide(nowMs);
    if (!this.host && nowMs >= this.#parts.repair.dueMs) this.#parts.repair.mend(nowMs);
    if (!this.host) this.#parts.presence.tellNews(nowMs);
    this.#parts.outbox.flush(this.neighbours, nowMs);
    return this.#effects.length === 0 ? NOTHING : this.#effects.splice(0);
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
      case 'door-held':
      case 'door-kept':
      case 'door-closed':
      case 'door-failed':
        doorChanged(this.#parts, this.#waking, input, nowMs);
        if (input.type === 'door-open') introduceWaiting(this.#parts, this.peerId, this.viewers, nowMs);
        return;
      case 'door-message':
        if (this.#parts.door.hears(input.from, nowMs)) this.#heardAtDoor(input.from, input.message, nowMs);
        return;
      case 'message':
        this.#heard(input.from, input.message, nowMs);
        return;
      case 'forged':
        this.#parts.counters.piecesForged += 1;
        this.#cut(input.from, nowMs);
        return;
      case 'signal':
        this.#parts.membership.emitted(input.peerId, input.attempt, input.data);
        return;
      case 'queues':
        queuesRead(this.neighbours, input.queues);
        return;
      case 'publish':
        this.#parts.relay.publish(input.chunk, nowMs);
        return;
      case 'publish-end':
        this.#ended(input.header, null);
        return;
      case 'limits':
        this.#parts.uplink.limit(input.uplinkBps);
        if (this.#relays && !input.relays && !this.host) this.#parts.relay.handOver(nowMs);
        this.#relays = input.relays;
        return;
      case 'wish':
        this.#parts.uplink.wish(input.bitsPerSecond);
        return;
      case 'cut-off':
        if (this.neighbours.has(input.peerId)) this.#cut(input.peerId, nowMs);
        return;
      case 'room':
      case 'past':
        if (this.neighbours.has(input.to)) this.#send(input.to, { type: input.type, data: input.data });
        return;
      case 'look':
        this.#parts.census.look(input.on);
        return;
      case 'leave':
        for (const peerId of this.neighbours.keys()) this.#send(peerId, { type: 'bye' });
        return;
    }
  }

  #heard(from: PeerId, message: Message, nowMs: number): void {
    const neighbour = this.neighbours.get(from);
    if (!neighbour) return;
    this.#waking.heard(neighbour, nowMs);
    neighbour.heardMs = nowMs;
    if (message.type === 'piece') {
      this.#parts.relay.receive(neighbour, message, nowMs);
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
      case 'end':
        this.#ended(message.header, from);
        return;
      case 'room':
      case 'past':
        if (neighbour.within(message.type, BESIDE_PER_SECOND[message.type], nowMs))
          this.#emit({ type: message.type, from, data: message.data });
        return;
      case 'bye':
        this.#emit({ type: 'disconnect', peerId: from });
        this.#closed(from, nowMs);
        return;
      default:
        hear(this.#parts, neighbour, message, nowMs);
    }
  }

  #heardAtDoor(from: PeerId, message: Message, nowMs: number): void {
    if (message.type === 'members') this.#parts.membership.heard(from, message.members, nowMs);
    else if (message.type === 'signal' && message.to === ANYONE) {
      // Whoever has to wait for its turn waits with its calls as well.
      if (this.#parts.door.hasLetIn(from)) this.#parts.membership.calledAhead(from, message, nowMs);
    } else if (message.type === 'signal') this.#parts.membership.received(from, message, nowMs);
    else if (message.type === 'end') this.#ended(message.header, from);
  }

  #status(neighbour: Neighbour, status: Extract<Message, { type: 'status' }>, nowMs: number): void {
    this.#parts.presence.learn(neighbour, status, nowMs);
    if (this.host) return;
    if (this.#parts.headStart.passesOver(neighbour)) this.#parts.repair.forgo(neighbour.peerId);
    // The host has enough to do: it is asked for what was before while it has room for more viewers, or nobody else is here.
    const asked = neighbour.relays && !(neighbour.host && status.free === 0 && this.neighbours.size > 1);
    if (asked && status.newest) this.#parts.repair.join(neighbour, status.newest, nowMs);
    this.#parts.upstream.tend(nowMs);
  }

  #opened(neighbour: Neighbour, nowMs: number): void {
    const { peerId } = neighbour;
    if (this.#parts.membership.isBanned(peerId)) {
      this.#emit({ type: 'disconnect', peerId });
      return;
    }
    this.#parts.membership.opened(peerId);
    this.#waking.opened(nowMs);
    this.#waking.heard(neighbour, nowMs);
    this.#parts.neighbours.set(peerId, neighbour);
    this.#parts.heads.arrived(peerId);
    const end = this.#parts.lastWord.header;
    if (end) this.#send(peerId, { type: 'end', header: end });
    this.#parts.presence.greet(neighbour, nowMs);
  }

  #closed(peerId: PeerId, nowMs: number): void {
    this.#parts.membership.failed(peerId, nowMs);
    if (this.#parts.headStart.declined(peerId)) this.#parts.repair.forgo(peerId);
    this.#waking.closed(nowMs);
    if (!this.#parts.neighbours.delete(peerId)) return;
    this.#parts.downstream.removeAll(peerId);
    this.#parts.outbox.cancel(peerId, () => false);
    if (this.host) this.#parts.roots.tend(nowMs);
    else this.#parts.upstream.lost(peerId, nowMs);
  }

  /** For good: it sent what no honest peer sends. */
  #cut(peerId: PeerId, nowMs: number): void {
    this.#parts.counters.peersCut += 1;
    this.#parts.membership.ban(peerId);
    this.#emit({ type: 'disconnect', peerId });
    this.#closed(peerId, nowMs);
    for (const other of this.neighbours.keys()) this.#send(other, { type: 'shun', peerId });
  }

  #ended(header: ChunkHeader, from: PeerId | null): void {
    if (!this.#parts.lastWord.hear(header)) return;
    for (const peerId of this.neighbours.keys()) if (peerId !== from) this.#send(peerId, { type: 'end', header });
    this.#emit({ type: 'ended', epochS: header.epochS });
  }

  #decide(nowMs: number): void {
    this.#policyMs = nowMs;
    const { neighbours, downstream } = this.#parts;
    const isFull = !this.host || isCrowdFull(neighbours, downstream);
    this.#parts.uplink.judge(heldBack(neighbours, downstream, nowMs), isFull, nowMs);
    const passesOn = this.#relays || this.host;
    const showBps = this.#parts.store.bitsPerSecond ?? this.#nominalBps;
    this.#parts.downstream.slots = passesOn ? this.#parts.uplink.slots(showBps, this.heads.isCrowd(nowMs)) : 0;
    this.#parts.uplink.commit((this.#parts.downstream.used * showBps) / DATA_STRIPES);
    this.#parts.relay.tend(nowMs);
    for (const neighbour of [...this.neighbours.values()]) {
      neighbour.asked = 0;
      if (nowMs - neighbour.heardMs <= SILENT_MS) continue;
      this.#emit({ type: 'disconnect', peerId: neighbour.peerId });
      this.#closed(neighbour.peerId, nowMs);
    }
    this.#parts.presence.tend(nowMs);
    this.#parts.census.tend(nowMs);
    this.#parts.membership.seek(nowMs);
    introduceWaiting(this.#parts, this.peerId, this.viewers, nowMs);
    this.#parts.roots.tend(nowMs);
    if (this.host) return;
    this.#parts.upstream.tend(nowMs);
    knockIfLost(this.#parts, this.viewers, nowMs);
    if (passesOn && this.depth !== null) this.#parts.door.offer(this.neighbours.size, this.viewers);
    this.#parts.repair.mend(nowMs);
  }

  #send(to: PeerId, message: Message): void {
    this.#emit({ type: 'send', to, message });
  }

  #emit(effect: Effect): void {
    this.#effects.push(effect);
  }
}
