import { STRIPES } from '../../src/core/chunk.ts';
import type { Measures } from './measures.ts';
import { later } from './model/event-wheel.ts';
import type { SimPeer } from './model/sim-peer.ts';
import type { World } from './model/world.ts';
import type { Fault } from './scenario.ts';

/** Makes relays vanish and networks fall apart, and marks who suffers from it. */
export class Faults {
  constructor(
    private readonly world: World,
    private readonly measures: Measures,
  ) {}

  strike(fault: Exclude<Fault, { type: 'host-away' }>, host: SimPeer): void {
    if (fault.type === 'kill') this.#kill(fault.share);
    else this.#part(fault.share, fault.forS * 1000, host);
  }

  /** A share of those who feed others vanish at once, without a word. */
  #kill(share: number): void {
    const relays = [...this.world.peers.values()].filter(({ mesh, host }) => !host && mesh.downstream.used > 0);
    const victims = new Set(this.#draw(relays, share));
    const { nowMs } = this.world;
    for (const watcher of this.measures.watchers()) {
      if (!victims.has(watcher.peer) && this.#hangsOn(watcher.peer, victims)) watcher.hurtMs = nowMs;
    }
    for (const peer of victims) {
      peer.kill();
      this.measures.departed(peer, nowMs);
    }
  }

  /** A share of the viewers loses the way to all others for a while. */
  #part(share: number, forMs: number, host: SimPeer): void {
    const viewers = [...this.world.peers.values()].filter((peer) => peer !== host);
    const apart = new Set(this.#draw(viewers, share));
    const { nowMs } = this.world;
    for (const watcher of this.measures.watchers()) {
      if (apart.has(watcher.peer)) watcher.hurtMs = nowMs + forMs;
      else if (this.#hangsOn(watcher.peer, apart)) watcher.hurtMs = nowMs;
    }
    this.world.separate(apart);
    this.world.wheel.at(
      nowMs + forMs,
      later(() => {
        this.world.separate(null);
      }),
      0,
      null,
    );
  }

  #draw(peers: readonly SimPeer[], share: number): SimPeer[] {
    const drawn = peers.map((peer) => ({ peer, draw: this.world.random() })).sort((a, b) => a.draw - b.draw);
    return drawn.slice(0, Math.round(share * peers.length)).map(({ peer }) => peer);
  }

  /** Whether any of them is on the way from the host to that viewer, in any stripe. */
  #hangsOn(viewer: SimPeer, relays: ReadonlySet<SimPeer>): boolean {
    for (let stripe = 0; stripe < STRIPES; stripe++) {
      const seen = new Set<SimPeer>();
      let at: SimPeer | undefined = viewer;
      while (at && !seen.has(at)) {
        seen.add(at);
        const parent: string | null = at.mesh.upstream.parentOf(stripe);
        at = parent === null ? undefined : this.world.peers.get(parent);
        if (at && relays.has(at)) return true;
      }
    }
    return false;
  }
}
