import type { PeerId } from '../../src/core/messages.ts';
import type { PeerOptions, VirtualPeer } from '../support/virtual-peer.ts';
import { VirtualNetwork } from '../support/virtual-network.ts';

/** The show's rate in all rooms, bit/s. */
export const RATE = 1_000_000;
const STRIPES = [0, 1, 2, 3];

export interface RoomOptions {
  readonly viewers: number;
  /** What the host may send, in multiples of the show. */
  readonly hostTimes: number;
  readonly viewer?: PeerOptions;
  readonly seed?: number;
}

/** A host, its viewers, and what people would notice of the show. */
export class Room {
  readonly network: VirtualNetwork;
  readonly viewers: VirtualPeer[] = [];
  host: VirtualPeer;

  constructor({ viewers, hostTimes, viewer = {}, seed = 1 }: RoomOptions) {
    this.network = new VirtualNetwork(seed);
    this.host = this.network.add({ host: true, limitBps: hostTimes * RATE });
    for (let count = 0; count < viewers; count++) this.join(viewer);
  }

  get nowMs(): number {
    return this.network.nowMs;
  }

  join(options: PeerOptions = {}): VirtualPeer {
    const viewer = this.network.add(options);
    this.viewers.push(viewer);
    return viewer;
  }

  /** The host is on air for so long. */
  async show(seconds: number): Promise<void> {
    await this.network.publish(this.host, seconds * 10, RATE);
  }

  /** From publishing to playable in order, ms, of the chunks published in [fromMs, toMs); infinite for those missed. */
  delays(viewer: VirtualPeer, fromMs: number, toMs = this.nowMs - 500): number[] {
    return this.network.published
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .map(({ name, atMs }) => viewer.playableMs(name) - atMs);
  }

  /**
   * What a viewer misses who plays so far behind the publishing, ms: the picture stands until the next chunk is there,
   * and plays on that much later. Chunks that never come count with their length.
   */
  missedMs(viewer: VirtualPeer, fromMs: number, behindMs = 300): number {
    let lateMs = 0;
    let lostMs = 0;
    for (const delayMs of this.delays(viewer, fromMs)) {
      if (delayMs < Number.POSITIVE_INFINITY) lateMs = Math.max(lateMs, delayMs - behindMs);
      else lostMs += 100;
    }
    return lateMs + lostMs;
  }

  /** What a peer sent in [fromMs, now), in multiples of the show. */
  sentTimes(peer: VirtualPeer, fromMs: number): number {
    const bytes = peer.sent.filter(({ atMs }) => atMs >= fromMs).reduce((sum, sent) => sum + sent.bytes, 0);
    return (bytes * 8000) / (this.nowMs - fromMs) / RATE;
  }

  /** Share of the pieces of the show that came twice, of all viewers. */
  get duplicateShare(): number {
    const sum = (count: (viewer: VirtualPeer) => number): number =>
      this.viewers.reduce((total, viewer) => total + count(viewer), 0);
    return sum(({ mesh }) => mesh.counters.piecesDuplicate) / sum(({ mesh }) => mesh.counters.piecesReceived);
  }

  /** Most control messages that one peer sent another in any second. */
  get busiestControl(): number {
    let most = 0;
    for (const peer of this.network.peers.values()) {
      const counts = new Map<string, number>();
      for (const { to, message, atMs } of peer.sent) {
        if (message.type === 'piece') continue;
        const key = `${to} ${Math.floor(atMs / 1000)}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        most = Math.max(most, count);
      }
    }
    return most;
  }

  /** Viewers that a peer feeds. */
  below(peer: VirtualPeer): VirtualPeer[] {
    return this.viewers.filter(({ mesh }) => mesh.upstream.stripesFrom(peer.peerId).length > 0);
  }

  parents(viewer: VirtualPeer): (PeerId | null)[] {
    return STRIPES.map((stripe) => viewer.mesh.upstream.parentOf(stripe));
  }

  /** Who feeds most viewers besides the host. */
  busiest(): VirtualPeer {
    const [first] = [...this.viewers].sort((a, b) => this.below(b).length - this.below(a).length);
    if (!first) throw new Error('an empty room');
    return first;
  }
}

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
