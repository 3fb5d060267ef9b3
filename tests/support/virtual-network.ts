import { cutChunk, type CutChunk } from '../../src/core/chunk.ts';
import { SIGNATURE_BYTES } from '../../src/core/identity.ts';
import type { Effect, Input } from '../../src/core/mesh/mesh-io.ts';
import { Mesh } from '../../src/core/mesh/mesh.ts';
import { decodeMessage, encodeMessage, type Message, type PeerId } from '../../src/core/wire.ts';

/**
 * A network in virtual time that joins real `Mesh` objects, deterministic for a seed. It differs from reality in that
 * links lose nothing and share no bottleneck but each sender's uplink, connecting always succeeds, signatures are
 * blank, and every message takes the same way there as back.
 */
export class VirtualNetwork {
  nowMs = 1_000_000;
  readonly peers = new Map<PeerId, VirtualPeer>();
  readonly random: () => number;
  readonly #events: { atMs: number; order: number; run: () => void }[] = [];
  #order = 0;
  #sequence = 0;
  readonly epochS = 1_000;

  constructor(seed: number, readonly oneWayMs = 15) {
    this.random = mulberry32(seed);
  }

  add(options: { host?: boolean; uplinkBps?: number; limitBps?: number; relays?: boolean } = {}): VirtualPeer {
    const peerId = Array.from({ length: 16 }, () => Math.floor(this.random() * 16).toString(16)).join('');
    const peer = new VirtualPeer(this, peerId, options);
    this.peers.set(peerId, peer);
    peer.take({ type: 'limits', uplinkBps: options.limitBps ?? null, relays: options.relays ?? true });
    return peer;
  }

  get host(): VirtualPeer | undefined {
    return [...this.peers.values()].find(({ mesh }) => mesh.host);
  }

  after(ms: number, run: () => void): void {
    this.#events.push({ atMs: this.nowMs + ms, order: this.#order++, run });
  }

  /** Runs the clock forward, ms. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      let next = -1;
      for (const [at, event] of this.#events.entries()) {
        const best = this.#events[next];
        if (!best || event.atMs < best.atMs || (event.atMs === best.atMs && event.order < best.order)) next = at;
      }
      const event = this.#events[next];
      if (!event || event.atMs > endMs) break;
      this.#events.splice(next, 1);
      this.nowMs = Math.max(this.nowMs, event.atMs);
      event.run();
    }
    this.nowMs = endMs;
  }

  /** Has the host publish a chunk every 100 ms, with a key chunk each second. */
  async publish(host: VirtualPeer, chunks: number, bitsPerSecond: number): Promise<void> {
    for (const chunk of await this.makeChunks(chunks, bitsPerSecond)) {
      host.publishedMs.set(chunk.header.sequence, this.nowMs);
      host.take({ type: 'publish', chunk });
      this.run(100);
    }
  }

  async makeChunks(count: number, bitsPerSecond: number): Promise<CutChunk[]> {
    const chunks: CutChunk[] = [];
    for (let at = 0; at < count; at++) {
      const sequence = this.#sequence++;
      const sinceKey = sequence % 10;
      const share = sinceKey === 0 ? 2.8 : 0.8;
      const bytes = new Uint8Array(Math.round((bitsPerSecond / 80) * share)).fill(sequence % 251);
      chunks.push(
        await cutChunk(
          { kind: sinceKey === 0 ? 'key' : 'delta', captureMs: sequence * 100, durationMs: 100, codecs: '', bytes },
          { streamId: 'virtual', epochS: this.epochS, sequence, sinceKey },
          { publicKey: new Uint8Array(32), sign: () => Promise.resolve(new Uint8Array(SIGNATURE_BYTES)) },
          () => new Uint8Array(32),
        ),
      );
    }
    return chunks;
  }
}

interface VirtualLink {
  attempt: number;
  open: boolean;
  queuedBytes: number;
}

/** One peer: its mesh, its links, its uplink. */
export class VirtualPeer {
  readonly mesh: Mesh;
  readonly links = new Map<PeerId, VirtualLink>();
  readonly doors = new Set<PeerId>();
  /** Sequence → when it was whole, and for the host when it was published. */
  readonly receivedMs = new Map<number, number>();
  readonly publishedMs = new Map<number, number>();
  /** Everything this peer sent, for assertions. */
  readonly sent: { to: PeerId; message: Message; atMs: number; bytes: number }[] = [];
  ended = false;
  alive = true;
  /** Alive, but does nothing: a frozen page. */
  frozen = false;
  readonly #uplinkBps: number;
  readonly #host: boolean;
  readonly #relays: boolean;
  #freeMs = 0;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly network: VirtualNetwork,
    readonly peerId: PeerId,
    { host = false, uplinkBps = 20_000_000, relays = true }: { host?: boolean; uplinkBps?: number; relays?: boolean },
  ) {
    this.#uplinkBps = uplinkBps;
    this.#host = host;
    this.#relays = relays;
    this.mesh = new Mesh({ peerId, host, random: network.random, nowMs: network.nowMs });
  }

  take(input: Input): void {
    if (!this.alive || this.frozen) return;
    for (const effect of this.mesh.handle(input, this.network.nowMs)) this.#do(effect);
    const dueMs = Math.max(this.mesh.dueMs, this.network.nowMs + 1);
    if (dueMs >= this.#timerMs) return;
    this.#timerMs = dueMs;
    this.network.after(dueMs - this.network.nowMs, () => {
      if (this.#timerMs !== dueMs) return;
      this.#timerMs = Number.POSITIVE_INFINITY;
      this.take({ type: 'tick' });
    });
  }

  /** Vanishes without a word; its neighbours' transport notices after ten seconds. */
  kill(): void {
    this.alive = false;
    for (const peerId of this.links.keys()) {
      this.network.after(10_000, () => {
        this.network.peers.get(peerId)?.unlinked(this.peerId);
      });
    }
  }

  unlinked(peerId: PeerId): void {
    if (!this.links.delete(peerId)) return;
    this.take({ type: 'link-closed', peerId });
  }

  #do(effect: Effect): void {
    const { network } = this;
    switch (effect.type) {
      case 'send':
        this.#send(effect.to, effect.message);
        return;
      case 'connect':
        this.links.set(effect.peerId, { attempt: effect.attempt, open: false, queuedBytes: 0 });
        if (effect.initiator) this.#say(effect.peerId, effect.attempt, 'offer');
        return;
      case 'signal':
        if (effect.data === 'offer') this.#say(effect.peerId, effect.attempt, 'answer');
        else if (effect.data === 'answer') {
          network.after(network.oneWayMs * 4, () => {
            this.#open(effect.peerId);
          });
        }
        return;
      case 'disconnect': {
        if (!this.links.delete(effect.peerId)) return;
        network.after(network.oneWayMs, () => {
          network.peers.get(effect.peerId)?.unlinked(this.peerId);
        });
        return;
      }
      case 'knock':
        network.after(network.oneWayMs * 8, () => {
          this.#knock();
        });
        return;
      case 'rest':
        for (const peerId of this.doors) {
          this.doors.delete(peerId);
          const other = network.peers.get(peerId);
          other?.doors.delete(this.peerId);
          other?.take({ type: 'door-closed', peerId: this.peerId });
        }
        return;
      case 'chunk':
        this.receivedMs.set(effect.header.sequence, network.nowMs);
        return;
      case 'ended':
        this.ended = true;
        return;
    }
  }

  #say(peerId: PeerId, attempt: number, data: string): void {
    this.network.after(1, () => {
      this.take({ type: 'signal', peerId, attempt, data });
    });
  }

  #open(peerId: PeerId): void {
    const other = this.network.peers.get(peerId);
    const mine = this.links.get(peerId);
    const theirs = other?.links.get(this.peerId);
    if (!other?.alive || !mine || mine.attempt !== theirs?.attempt) return;
    mine.open = true;
    theirs.open = true;
    this.take({ type: 'link-open', peerId, host: other.#host, relays: other.#relays });
    other.take({ type: 'link-open', peerId: this.peerId, host: this.#host, relays: this.#relays });
  }

  #knock(): void {
    const { host } = this.network;
    if (!host?.alive || !this.alive) {
      this.take({ type: 'door-failed' });
      return;
    }
    this.doors.add(host.peerId);
    host.doors.add(this.peerId);
    this.take({ type: 'door-open', peerId: host.peerId });
    host.take({ type: 'door-open', peerId: this.peerId });
  }

  #send(to: PeerId, message: Message): void {
    const { network } = this;
    const other = network.peers.get(to);
    const byLink = this.links.get(to)?.open === true;
    if (!byLink && !this.doors.has(to)) return;
    const encoded = encodeMessage(message);
    this.sent.push({ to, message, atMs: network.nowMs, bytes: encoded.length });
    const decoded = decodeMessage(encoded);
    if (!decoded) throw new Error(`a ${message.type} message does not survive encoding`);
    this.#freeMs = Math.max(this.#freeMs, network.nowMs) + (encoded.length * 8000) / this.#uplinkBps;
    const link = this.links.get(to);
    if (link) link.queuedBytes += encoded.length;
    network.after(this.#freeMs - network.nowMs, () => {
      if (!link) return;
      link.queuedBytes -= encoded.length;
      this.take({ type: 'queue', peerId: to, bytes: link.queuedBytes });
    });
    network.after(this.#freeMs - network.nowMs + network.oneWayMs, () => {
      const stillThere = byLink ? other?.links.get(this.peerId)?.open : other?.doors.has(this.peerId);
      if (stillThere) other?.take({ type: 'message', from: this.peerId, message: decoded });
    });
  }
}

/** A small seeded generator of [0, 1). @see Tommy Ettinger's Mulberry32 */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
