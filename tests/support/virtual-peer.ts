import { joinPieces } from '../../src/core/chunk.ts';
import type { Effect, Input } from '../../src/core/mesh/mesh-io.ts';
import { Mesh } from '../../src/core/mesh/mesh.ts';
import { Playout } from '../../src/core/playout.ts';
import { ANYONE, type ChunkName, type Message, type PeerId } from '../../src/core/messages.ts';
import { decodeMessage, encodeMessage } from '../../src/core/wire.ts';
import type { VirtualNetwork } from './virtual-network.ts';

export interface PeerOptions {
  readonly host?: boolean;
  /** What its line carries, bit/s. */
  readonly uplinkBps?: number;
  /** What the person allows, bit/s. */
  readonly limitBps?: number;
  readonly relays?: boolean;
  /** Its pieces never fit their hashes. */
  readonly pollutes?: boolean;
}

interface VirtualLink {
  readonly attempt: number;
  open: boolean;
  queuedBytes: number;
}

/** A message on its way. */
export interface Sent {
  readonly to: PeerId;
  readonly message: Message;
  readonly atMs: number;
  readonly bytes: number;
}

const keyOf = ({ epochS, sequence }: ChunkName): string => `${epochS}:${sequence}`;

/** One peer: its mesh, its links, its uplink, and a playout that puts chunks into order. */
export class VirtualPeer {
  readonly mesh: Mesh;
  readonly links = new Map<PeerId, VirtualLink>();
  readonly doors = new Set<PeerId>();
  /** Everything this peer sent, for assertions. */
  readonly sent: Sent[] = [];
  ended = false;
  alive = true;
  /** Alive, but does nothing: a frozen page. */
  frozen = false;
  /** Its network is away: what it sends and what is sent to it is lost, on a real link it would come when it is back. */
  offline = false;
  /** Changes what this peer sends; null keeps it back. Set by attackers. */
  tamper: (message: Message, to: PeerId) => Message | null = (message) => message;
  readonly #options: PeerOptions;
  readonly #playout = new Playout();
  readonly #withKnock: Message[] = [];
  readonly #playableMs = new Map<string, number>();
  #freeMs = 0;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly network: VirtualNetwork,
    readonly peerId: PeerId,
    options: PeerOptions,
  ) {
    this.#options = options;
    this.mesh = new Mesh({ peerId, host: options.host ?? false, random: network.random, nowMs: network.nowMs });
  }

  /** When a chunk could be played, in order; infinite if it never could. */
  playableMs(name: ChunkName): number {
    return this.#playableMs.get(keyOf(name)) ?? Number.POSITIVE_INFINITY;
  }

  take(input: Input): void {
    if (!this.alive || this.frozen) return;
    const { nowMs } = this.network;
    for (const effect of this.mesh.handle(input, nowMs)) this.#do(effect);
    for (const chunk of this.#playout.tend(nowMs)) this.#playableMs.set(keyOf(chunk), nowMs);
    const dueMs = Math.max(this.mesh.dueMs, nowMs + 1);
    if (dueMs >= this.#timerMs) return;
    this.#timerMs = dueMs;
    this.network.clock.after(dueMs - nowMs, () => {
      if (this.#timerMs !== dueMs) return;
      this.#timerMs = Number.POSITIVE_INFINITY;
      this.take({ type: 'tick' });
    });
  }

  /** Vanishes without a word; its neighbours' transport notices after ten seconds. */
  kill(): void {
    this.alive = false;
    this.#unlinkAll(10_000);
  }

  /** A frozen page goes on: first it hears which links were closed meanwhile, what was said on them is lost. */
  thaw(): void {
    this.frozen = false;
    for (const peerId of [...this.mesh.neighbours.keys()])
      if (this.links.get(peerId)?.open !== true) this.take({ type: 'link-closed', peerId });
    this.take({ type: 'tick' });
  }

  /** Goes away as a page does that is closed: with a goodbye. */
  leave(): void {
    this.take({ type: 'leave' });
    this.alive = false;
    this.#unlinkAll(this.network.oneWayMs * 2);
  }

  /** The other end of a link is gone; of one that never opened, nothing is heard. */
  unlinked(peerId: PeerId, attempt: number): void {
    const link = this.links.get(peerId);
    if (!link?.open || link.attempt !== attempt) return;
    this.links.delete(peerId);
    this.take({ type: 'link-closed', peerId });
  }

  doorClosed(peerId: PeerId): void {
    if (this.doors.delete(peerId)) this.take({ type: 'door-closed', peerId });
  }

  /** Sends a message over the link, or else through the door; an attacker's own messages come this way too. */
  send(to: PeerId, wish: Message): void {
    const { network } = this;
    if (to === ANYONE) {
      // What comes along with the knock waits for the door.
      const [host] = this.doors;
      if (host === undefined) this.#withKnock.push(wish);
      else this.send(host, wish);
      return;
    }
    const message = this.tamper(wish, to);
    const other = network.peers.get(to);
    const byLink = this.links.get(to)?.open === true;
    if (!message || !this.alive || (!byLink && !this.doors.has(to))) return;
    const encoded = encodeMessage(message);
    this.sent.push({ to, message, atMs: network.nowMs, bytes: encoded.length });
    const decoded = decodeMessage(encoded);
    if (!decoded) throw new Error(`a ${message.type} message does not survive encoding`);
    const uplinkBps = this.#options.uplinkBps ?? 20_000_000;
    this.#freeMs = Math.max(this.#freeMs, network.nowMs) + (encoded.length * 8000) / uplinkBps;
    const link = this.links.get(to);
    if (link) link.queuedBytes += encoded.length;
    network.clock.after(this.#freeMs - network.nowMs, () => {
      if (!link || other?.alive !== true || this.offline || other.offline) return; // nobody acknowledges it
      link.queuedBytes -= encoded.length;
      this.take({ type: 'queues', queues: [{ peerId: to, bytes: link.queuedBytes }] });
    });
    network.clock.after(this.#freeMs - network.nowMs + network.oneWayMs, () => {
      const stillThere = byLink ? other?.links.get(this.peerId)?.open : other?.doors.has(this.peerId);
      if (!other || stillThere !== true || this.offline || other.offline) return;
      if (byLink) other.#receive(this, decoded);
      else other.take({ type: 'door-message', from: this.peerId, message: decoded });
    });
  }

  /** What the page's own checks do before the mesh hears of a piece. */
  #receive(from: VirtualPeer, message: Message): void {
    const checked = message.type === 'piece' && this.mesh.judge(from.peerId, message) === 'needed';
    if (checked && from.#options.pollutes === true) this.take({ type: 'forged', from: from.peerId });
    else this.take({ type: 'message', from: from.peerId, message });
  }

  #do(effect: Effect): void {
    const { network } = this;
    switch (effect.type) {
      case 'send':
        this.send(effect.to, effect.message);
        return;
      case 'connect':
        this.links.set(effect.peerId, { attempt: effect.attempt, open: false, queuedBytes: 0 });
        if (effect.initiator) this.#say(effect.peerId, effect.attempt, 'offer');
        return;
      case 'adopt': {
        const begun = this.links.get(ANYONE);
        if (begun?.attempt !== effect.attempt) return;
        this.links.delete(ANYONE);
        this.links.set(effect.peerId, begun);
        return;
      }
      case 'signal':
        if (effect.data === 'offer') this.#say(effect.peerId, effect.attempt, 'answer');
        else if (effect.data === 'answer') {
          network.clock.after(network.oneWayMs * 4, () => {
            this.#open(effect.peerId);
          });
        }
        return;
      case 'disconnect': {
        const link = this.links.get(effect.peerId);
        if (!link) return;
        this.links.delete(effect.peerId);
        // The transport tells both ends, this one soon and the other one when it hears of it.
        network.clock.after(0, () => {
          if (!this.links.has(effect.peerId)) this.take({ type: 'link-closed', peerId: effect.peerId });
        });
        network.clock.after(network.oneWayMs, () => {
          network.peers.get(effect.peerId)?.unlinked(this.peerId, link.attempt);
        });
        return;
      }
      case 'knock':
        network.clock.after(network.oneWayMs * 8, () => {
          this.#knock();
        });
        return;
      case 'hold-door':
        return;
      case 'rest':
        for (const peerId of this.doors) {
          network.clock.after(0, () => {
            this.doorClosed(peerId);
          });
          network.clock.after(network.oneWayMs, () => {
            network.peers.get(peerId)?.doorClosed(this.peerId);
          });
        }
        return;
      case 'show-out':
        network.clock.after(0, () => {
          this.doorClosed(effect.peerId);
        });
        network.clock.after(network.oneWayMs, () => {
          network.peers.get(effect.peerId)?.doorClosed(this.peerId);
        });
        return;
      case 'chunk':
        for (const chunk of this.#playout.take(
          effect.header,
          joinPieces(effect.header, effect.pieces),
          network.nowMs,
        )) {
          this.#playableMs.set(keyOf(chunk), network.nowMs);
        }
        return;
      case 'ended':
        this.ended = true;
        return;
      case 'room':
      case 'past':
        return; // virtual peers have no room, and keep nothing
    }
  }

  #say(peerId: PeerId, attempt: number, data: string): void {
    this.network.clock.after(1, () => {
      this.take({ type: 'signal', peerId, attempt, data });
    });
  }

  #open(peerId: PeerId): void {
    const other = this.network.peers.get(peerId);
    const mine = this.links.get(peerId);
    const theirs = other?.links.get(this.peerId);
    if (!other?.alive || !this.alive || !mine || mine.attempt !== theirs?.attempt) return;
    mine.open = true;
    theirs.open = true;
    const [answer, ours] = [other.mesh.greeting(this.peerId), this.mesh.greeting(peerId)];
    this.take({ type: 'link-open', peerId, host: other.mesh.host, relays: other.#options.relays ?? true });
    other.take({ type: 'link-open', peerId: this.peerId, host: this.mesh.host, relays: this.#options.relays ?? true });
    for (const message of answer) this.take({ type: 'message', from: peerId, message });
    for (const message of ours) other.take({ type: 'message', from: this.peerId, message });
  }

  #knock(): void {
    const { host } = this.network;
    if (!this.alive) return;
    if (!host || this.offline) {
      this.take({ type: 'door-failed' });
      return;
    }
    this.doors.add(host.peerId);
    host.doors.add(this.peerId);
    this.take({ type: 'door-open', peerId: host.peerId, visitor: false });
    host.take({ type: 'door-open', peerId: this.peerId, visitor: true });
    for (const message of this.#withKnock.splice(0)) this.send(host.peerId, message);
  }

  #unlinkAll(ms: number): void {
    const { clock, peers } = this.network;
    clock.after(ms, () => {
      for (const [peerId, { attempt }] of this.links) peers.get(peerId)?.unlinked(this.peerId, attempt);
      for (const peerId of this.doors) peers.get(peerId)?.doorClosed(this.peerId);
    });
  }
}
