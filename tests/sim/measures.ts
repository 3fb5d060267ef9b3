import { type ChunkHeader, dataPieces } from '../../src/core/chunk.ts';
import type { Message, PeerId } from '../../src/core/messages.ts';
import { Histogram } from './histogram.ts';
import { isForged } from './model/forgery.ts';
import type { PeerListener, SimPeer } from './model/sim-peer.ts';
import type { Arrival } from './population.ts';
import type { Result } from './result.ts';
import type { Scenario } from './scenario.ts';
import { Viewing } from './viewing.ts';

/** Who waits longer than this for a picture misses what is played meanwhile, ms (chosen: the worst bar's). */
const PATIENCE_MS = 3_000;
const MOST_MS = 60_000;
/** A forged piece may be on its way for so long when the show ends, ms (chosen: past any playout time). */
const UNDER_WAY_MS = 1_000;

/** A viewer, and what becomes of it. */
export interface Watcher {
  readonly peer: SimPeer;
  readonly arrival: Arrival;
  readonly viewing: Viewing;
  /** Whose chunks count: honest and reachable. */
  readonly counts: boolean;
  /** The fault it suffers from, ms; null when it doesn't. */
  hurtMs: number | null;
  /** Those who were sent forged pieces by it, and since when, ms. */
  readonly polluted: Map<PeerId, number>;
}

interface Burst {
  readonly startup: Histogram;
  viewers: number;
  due: number;
  there: number;
}

/** Counts what people would notice of a show, and what it costs. */
export class Measures implements PeerListener {
  readonly #startup = new Histogram(1, MOST_MS);
  readonly #latency = new Histogram(1, MOST_MS);
  readonly #depth = new Histogram(1, 255);
  readonly #continuity = new Histogram(0.0001, 1);
  readonly #heal = new Histogram(1, MOST_MS);
  readonly #bursts: Burst[];
  readonly #watchers = new Map<SimPeer, Watcher>();
  /** Those of them who attack: few, and what they send is asked for with every message. */
  readonly #attackers = new Map<SimPeer, Watcher>();
  readonly #polluters: Watcher[] = [];
  /** Payload bytes of the host by second. */
  readonly #hostBytes: number[] = [];
  #sentBytes = 0;
  #payloadBytes = 0;
  /** Bytes of the show as it was encoded. */
  #streamBytes = 0;
  /** Media that was due at the rate that was asked for, and what of it was there, bytes. */
  #dueBytes = 0;
  #thereBytes = 0;
  #due = 0;
  #there = 0;
  #received = 0;
  #duplicate = 0;
  #repaired = 0;
  #forgedAccepted = 0;
  #forgedForwarded = 0;
  #neverStarted = 0;
  readonly #pollution: boolean;

  constructor(
    private readonly scenario: Scenario,
    private readonly fromMs: number,
  ) {
    this.#pollution = scenario.attackers.some(({ kind }) => kind === 'pollute');
    this.#bursts = scenario.arrivals.map(() => ({ startup: new Histogram(1, MOST_MS), viewers: 0, due: 0, there: 0 }));
  }

  /** Everybody who is there and counts. */
  *watchers(): Iterable<Watcher> {
    for (const watcher of this.#watchers.values()) if (watcher.counts) yield watcher;
  }

  arrived(peer: SimPeer, arrival: Arrival, nowMs: number): void {
    const { playoutMs, chunkMs } = this.scenario;
    const onPlayable = (latencyMs: number): void => {
      this.#latency.add(latencyMs);
    };
    const counts = arrival.reachable && arrival.attack === null;
    const viewing = new Viewing({
      playoutMs,
      chunkMs,
      onPlayable: counts ? onPlayable : () => undefined,
    });
    if (peer.world.canBeFed(peer)) viewing.reachableMs = nowMs;
    const watcher = { peer, arrival, viewing, counts, hurtMs: null, polluted: new Map<PeerId, number>() };
    this.#watchers.set(peer, watcher);
    if (arrival.attack !== null) this.#attackers.set(peer, watcher);
    if (arrival.attack === 'pollute') this.#polluters.push(watcher);
  }

  /** It goes, or the show is over. */
  departed(peer: SimPeer, nowMs: number): void {
    const watcher = this.#watchers.get(peer);
    if (!watcher) return;
    this.#watchers.delete(peer);
    this.#attackers.delete(peer);
    if (!watcher.counts) return;
    const { viewing, arrival, hurtMs } = watcher;
    const burst = this.#bursts[arrival.burst];
    const waitedMs = (viewing.startedMs ?? nowMs) - (viewing.reachableMs ?? nowMs);
    if (viewing.startedMs !== null || waitedMs >= PATIENCE_MS) {
      this.#startup.add(waitedMs);
      burst?.startup.add(waitedMs);
      if (viewing.startedMs === null) this.#neverStarted += 1;
    }
    if (hurtMs !== null) this.#heal.add(nowMs - hurtMs);
    const { counters } = peer.mesh;
    this.#received += counters.piecesReceived;
    this.#duplicate += counters.piecesDuplicate;
    this.#repaired += counters.piecesRepaired;
    if (burst) burst.viewers += 1;
    if (viewing.piecesDue === 0) return;
    this.#continuity.add(viewing.piecesThere / viewing.piecesDue);
    this.#due += viewing.piecesDue;
    this.#there += viewing.piecesThere;
    if (!burst) return;
    burst.due += viewing.piecesDue;
    burst.there += viewing.piecesThere;
  }

  onSent(peer: SimPeer, message: Message, to: PeerId, bytes: number): void {
    const attacker = this.#attackers.size > 0 ? this.#attackers.get(peer) : undefined;
    if (message.type === 'piece' && isForged(message)) {
      if (!attacker) this.#forgedForwarded += 1;
      else if (!attacker.polluted.has(to)) attacker.polluted.set(to, peer.world.nowMs);
    }
    if (attacker) return;
    const payload = message.type === 'piece' ? message.bytes.length : 0;
    this.#sentBytes += bytes;
    this.#payloadBytes += payload;
    if (!peer.host) return;
    const second = Math.floor((peer.world.nowMs - this.fromMs) / 1000);
    if (second >= 0) this.#hostBytes[second] = (this.#hostBytes[second] ?? 0) + payload;
  }

  onChunk(peer: SimPeer, header: ChunkHeader): void {
    const watcher = this.#watchers.get(peer);
    if (!watcher?.counts) return;
    const { nowMs } = peer.world;
    watcher.viewing.take(header, nowMs);
    if (watcher.hurtMs !== null) this.#mayHaveHealed(watcher, header, watcher.hurtMs, nowMs);
    if (this.#pollution) {
      const pieces = peer.mesh.store.get(header)?.pieces ?? [];
      for (const [index, bytes] of pieces.entries()) {
        if (bytes && isForged({ type: 'piece', path: [], header, index, bytes })) this.#forgedAccepted += 1;
      }
    }
  }

  /** The host has put a chunk on air. */
  published({ byteLength }: ChunkHeader): void {
    this.#streamBytes += byteLength;
  }

  /** The playout time of a chunk has come. @param wishBytes that it would have at the rate that was asked for */
  due(header: ChunkHeader, wishBytes: number, nowMs: number): void {
    const { epochS, sequence, byteLength } = header;
    const pieces = dataPieces(header.pieces);
    for (const { viewing, peer } of this.watchers()) {
      if (viewing.reachableMs === null && peer.world.canBeFed(peer)) viewing.reachableMs = nowMs;
      if (!viewing.concerns(epochS, sequence, PATIENCE_MS, nowMs)) continue;
      viewing.piecesDue += pieces;
      const there = pieces - (peer.mesh.store.get(header)?.missing ?? pieces);
      viewing.piecesThere += there;
      this.#dueBytes += wishBytes;
      this.#thereBytes += (byteLength * there) / pieces;
    }
  }

  /** Looks at the trees: once a second. */
  look(): void {
    for (const { peer } of this.watchers()) if (peer.mesh.depth !== null) this.#depth.add(peer.mesh.depth);
  }

  result(
    about: Pick<Result, 'seed' | 'viewers' | 'unreachable' | 'wallS' | 'supplyRatio' | 'events'>,
    boundBps: number,
  ): Result {
    const { name, durationS, bitrate } = this.scenario;
    const continuity = this.#due > 0 ? this.#there / this.#due : 0;
    const hostBytes = Array.from({ length: Math.floor(durationS) }, (_, second) => this.#hostBytes[second] ?? 0);
    return {
      name,
      seed: about.seed,
      viewers: about.viewers,
      unreachable: about.unreachable,
      durationS,
      wallS: about.wallS,
      hostUploadMultiple: {
        mean: hostBytes.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, this.#streamBytes),
        max1s: Math.max(0, ...hostBytes) / (bitrate / 8),
      },
      supplyRatio: about.supplyRatio,
      boundRatio: ((this.#thereBytes / Math.max(1, this.#dueBytes)) * bitrate) / boundBps,
      startupMs: percentiles(this.#startup),
      latencyMs: percentiles(this.#latency),
      depth: { p50: this.#depth.quantile(0.5), max: this.#depth.max },
      continuity: { mean: continuity, p1: this.#continuity.quantile(0.01) },
      healMs: this.#heal.count > 0 ? { p50: this.#heal.quantile(0.5), p99: this.#heal.quantile(0.99) } : null,
      controlOverhead: (this.#sentBytes - this.#payloadBytes) / this.#payloadBytes,
      duplicateShare: this.#duplicate / this.#received,
      repairShare: this.#repaired / this.#received,
      forgedAccepted: this.#forgedAccepted,
      forgedForwarded: this.#forgedForwarded,
      attackersCut: this.#attackersCut,
      bursts: this.#bursts.map(({ viewers, startup, due, there }) => ({
        viewers,
        startupP95Ms: startup.quantile(0.95),
        continuity: due > 0 ? there / due : 0,
      })),
      neverStarted: this.#neverStarted,
      events: about.events,
    };
  }

  /** Before the show is wound up: who is still linked with whom decides. */
  judgePolluters(nowMs: number): void {
    const active = this.#polluters.filter(({ polluted }) => polluted.size > 0);
    const cut = active.filter(
      ({ peer, polluted }) =>
        ![...polluted].some(([peerId, sinceMs]) => nowMs - sinceMs > UNDER_WAY_MS && peer.links.get(peerId)?.isOpen),
    );
    this.#attackersCut = active.length > 0 ? cut.length / active.length : 1;
  }

  #attackersCut = 1;

  #mayHaveHealed(watcher: Watcher, { epochS, captureMs }: ChunkHeader, hurtMs: number, nowMs: number): void {
    const capturedMs = epochS * 1000 + captureMs;
    if (capturedMs < hurtMs || nowMs > capturedMs + this.scenario.playoutMs) return;
    this.#heal.add(nowMs - hurtMs);
    watcher.hurtMs = null;
  }
}

const percentiles = (histogram: Histogram): { p50: number; p95: number; p99: number } => ({
  p50: histogram.quantile(0.5),
  p95: histogram.quantile(0.95),
  p99: histogram.quantile(0.99),
});
