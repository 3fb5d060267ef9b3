import { DESIGN } from '../../src/core/mesh/design.ts';
import { later } from './model/event-wheel.ts';
import { counted, shoot } from './model/show.ts';
import type { Access, PeerListener, SimPeer } from './model/sim-peer.ts';
import { START_MS, World } from './model/world.ts';

/** A film of a workshop, small: what is looked at here is not the picture, bit/s. */
const BITRATE = 500_000;
/** Lines of the viewers, drawn by chance: fibre, DSL, and a phone that passes nothing on. */
const LINES: readonly Access[] = [
  { downMbps: 100, upMbps: 20, rttMs: 10, nat: 'open', relays: true },
  { downMbps: 30, upMbps: 5, rttMs: 30, nat: 'independent', relays: true },
  { downMbps: 30, upMbps: 5, rttMs: 30, nat: 'independent', relays: true },
  { downMbps: 20, upMbps: 2, rttMs: 60, nat: 'independent', relays: false },
];
const NOBODY: PeerListener = { onSent: () => undefined, onChunk: () => undefined };

export interface GatheringOptions {
  readonly seed: number;
  /** How long there is a show, s. */
  readonly showS: number;
}

/** A host on a line of 8 Mbit/s and viewers who come and go as a test wishes, in the simulator's network. */
export class Gathering {
  readonly world: World;
  readonly host: SimPeer;
  readonly viewers = new Set<SimPeer>();

  private constructor(options: GatheringOptions) {
    const { seed } = options;
    const host = { upMbps: 8, rttMs: 30, nat: 'independent' } as const;
    const scenario = { name: 'gathering', durationS: options.showS, bitrate: BITRATE, chunkMs: 100, host, pairMs: 15 };
    const empty = {
      playoutMs: 1_000,
      classes: [],
      arrivals: [],
      stay: [],
      lossPercent: 0.2,
      faults: [],
      attackers: [],
    };
    this.world = new World({ ...scenario, ...empty }, seed, DESIGN);
    this.host = this.world.add({ ...host, downMbps: 100, relays: true }, true, NOBODY);
    this.world.broker.hold(this.host, null);
    this.host.start();
  }

  /** Goes live. */
  static async begin(options: GatheringOptions): Promise<Gathering> {
    const gathering = new Gathering(options);
    const { world, host } = gathering;
    const toMs = START_MS + options.showS * 1000;
    for (const shot of await shoot({ bitrate: BITRATE, chunkMs: 100, fromMs: START_MS, toMs })) {
      const publish = later(() => {
        host.take({ type: 'publish', chunk: counted(shot.chunk, host.mesh.viewers) });
      });
      world.wheel.at(shot.publishedMs, publish, 0, null);
    }
    return gathering;
  }

  get nowMs(): number {
    return this.world.nowMs;
  }

  /** A viewer with a line drawn by chance opens the page. */
  join(): SimPeer {
    const access = LINES[Math.floor(this.world.random() * LINES.length)] ?? LINES[0];
    if (!access) throw new Error('no lines');
    const peer = this.world.add(access, false, NOBODY);
    this.viewers.add(peer);
    peer.start();
    return peer;
  }

  /** Closes a viewer's page, or has it vanish without a word. */
  part(viewer: SimPeer, how: 'leave' | 'kill'): void {
    this.viewers.delete(viewer);
    viewer[how]();
  }

  readonly run = (ms: number): void => this.world.wheel.runUntil(this.nowMs + ms);
}
