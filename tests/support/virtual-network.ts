import { cutChunk, type CutChunk, signEnd } from '../../src/core/chunk.ts';
import { SIGNATURE_BYTES } from '../../src/core/identity.ts';
import type { ChunkName, PeerId } from '../../src/core/messages.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type PeerOptions, VirtualPeer } from './virtual-peer.ts';

/** A chunk of the show, as the network remembers it. */
export interface Published {
  readonly name: ChunkName;
  readonly atMs: number;
}

const BLANK_SIGNER = { publicKey: new Uint8Array(32), sign: () => Promise.resolve(new Uint8Array(SIGNATURE_BYTES)) };
const blankHash = (): Uint8Array => new Uint8Array(32);

/**
 * A network in virtual time that joins real `Mesh` objects, deterministic for a seed. It differs from reality in that
 * links lose nothing and share no bottleneck but each sender's uplink, connecting always succeeds, signatures are
 * blank (a peer that pollutes is found out because the network knows it), and every message takes the same way there
 * as back.
 */
export class VirtualNetwork {
  readonly clock = new VirtualClock(1_000_000);
  readonly peers = new Map<PeerId, VirtualPeer>();
  readonly random: () => number;
  /** Everything that hosts published, in order. */
  readonly published: Published[] = [];
  #epochS = 1_000;
  #sequence = 0;

  constructor(
    seed: number,
    readonly oneWayMs = 15,
  ) {
    this.random = mulberry32(seed);
  }

  get nowMs(): number {
    return this.clock.nowMs;
  }

  /** The host that is there now. */
  get host(): VirtualPeer | undefined {
    return [...this.peers.values()].find(({ mesh, alive }) => mesh.host && alive);
  }

  newPeerId(): PeerId {
    return Array.from({ length: 16 }, () => Math.floor(this.random() * 16).toString(16)).join('');
  }

  add(options: PeerOptions = {}): VirtualPeer {
    const peer = new VirtualPeer(this, this.newPeerId(), options);
    this.peers.set(peer.peerId, peer);
    peer.take({ type: 'limits', uplinkBps: options.limitBps ?? null, relays: options.relays ?? true });
    return peer;
  }

  run(ms: number): void {
    this.clock.run(ms);
  }

  /** Has the host publish a chunk every 100 ms, with a key chunk each second. */
  async publish(host: VirtualPeer, chunks: number, bitsPerSecond: number): Promise<void> {
    for (let count = 0; count < chunks; count++) {
      const chunk = await this.#nextChunk(bitsPerSecond, host.mesh.viewers);
      this.published.push({ name: chunk.header, atMs: this.nowMs });
      host.take({ type: 'publish', chunk });
      this.run(100);
    }
  }

  /** The next chunks are those of a host that came back: a later epoch, counted from 0. */
  beginEpoch(): void {
    this.#epochS += 60;
    this.#sequence = 0;
  }

  async end(host: VirtualPeer): Promise<void> {
    const place = { streamId: 'virtual', epochS: this.#epochS, sequence: this.#sequence, sinceKey: 0, viewers: 0 };
    host.take({ type: 'publish-end', header: await signEnd(place, this.#sequence * 100, BLANK_SIGNER) });
  }

  #nextChunk(bitsPerSecond: number, viewers: number): Promise<CutChunk> {
    const sequence = this.#sequence++;
    const sinceKey = sequence % 10;
    const share = sinceKey === 0 ? 2.8 : 0.8;
    const bytes = new Uint8Array(Math.round((bitsPerSecond / 80) * share)).fill(sequence % 251);
    const media = { captureMs: sequence * 100, durationMs: 100, codecs: '', bytes };
    const place = { streamId: 'virtual', epochS: this.#epochS, sequence, sinceKey, viewers };
    const kind = sinceKey === 0 ? 'key' : 'delta';
    return cutChunk({ kind, ...media }, place, BLANK_SIGNER, blankHash);
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
