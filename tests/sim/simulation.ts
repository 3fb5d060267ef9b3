import type { Design } from '../../src/core/mesh/design.ts';
import { Faults } from './faults.ts';
import { corrupt } from './attackers.ts';
import { Measures } from './measures.ts';
import { later } from './model/event-wheel.ts';
import { counted, type Shot, shoot } from './model/show.ts';
import type { SimPeer } from './model/sim-peer.ts';
import { Studio } from './model/studio.ts';
import { START_MS, World } from './model/world.ts';
import { type Arrival, populate } from './population.ts';
import type { Result } from './result.ts';
import type { Fault, Scenario } from './scenario.ts';

/** The show is on air for so long when the first viewers arrive, ms (chosen). */
const HEAD_START_MS = 2_000;

/** Told once for each second of the show. */
export type Progress = (second: number, there: number, events: number) => void;

/** One show from its first second to its last. */
export class Simulation {
  readonly world: World;
  readonly measures: Measures;
  readonly #fromMs = START_MS + HEAD_START_MS;
  readonly #toMs: number;
  readonly #arrivals: Arrival[];
  readonly #attackers = new Set<SimPeer>();
  #host: SimPeer;

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
    design?: Design,
  ) {
    this.world = new World(scenario, seed, design);
    this.measures = new Measures(scenario, this.#fromMs);
    this.#toMs = this.#fromMs + scenario.durationS * 1000;
    this.#arrivals = populate(scenario, seed);
    this.#host = this.#goLive();
  }

  /** @param wallMs a clock for real time: how long the run took is part of the result */
  async run(wallMs: () => number, progress: Progress): Promise<Result> {
    const startedMs = wallMs();
    await this.#schedule();
    for (let second = 0; second <= this.scenario.durationS; second++) {
      this.world.wheel.runUntil(this.#fromMs + second * 1000);
      this.measures.look();
      progress(second, this.world.peers.size, this.world.wheel.happened);
    }
    this.measures.judgePolluters(this.#toMs);
    for (const { peer } of [...this.measures.watchers()]) this.measures.departed(peer, this.#toMs);
    return this.#result((wallMs() - startedMs) / 1000);
  }

  #goLive(): SimPeer {
    const { host } = this.scenario;
    const peer = this.world.add({ ...host, downMbps: 100, relays: true }, true, this.measures);
    this.world.broker.hold(peer, null);
    peer.start();
    return peer;
  }

  async #schedule(): Promise<void> {
    const sessions = this.#sessions();
    for (const session of sessions) this.#broadcast(await shoot({ ...this.scenario, ...session }));
    for (const arrival of this.#arrivals) {
      this.#at(this.#fromMs + arrival.atMs, () => {
        this.#arrive(arrival);
      });
    }
    const faults = new Faults(this.world, this.measures);
    for (const fault of this.scenario.faults) {
      const atMs = this.#fromMs + fault.atS * 1000;
      if (fault.type !== 'host-away') {
        this.#at(atMs, () => {
          faults.strike(fault, this.#host);
        });
      } else this.#scheduleAbsence(fault, atMs);
    }
  }

  /** When the host's encoder runs: all the time, but for absences. Sessions begin at whole seconds, as epochs do. */
  #sessions(): { fromMs: number; toMs: number }[] {
    const sessions: { fromMs: number; toMs: number }[] = [];
    let fromMs = START_MS;
    const absences = this.scenario.faults.filter((fault) => fault.type === 'host-away');
    for (const { atS, forS } of absences.toSorted((a, b) => a.atS - b.atS)) {
      sessions.push({ fromMs, toMs: this.#fromMs + atS * 1000 });
      fromMs = Math.ceil((this.#fromMs + (atS + forS) * 1000) / 1000) * 1000;
    }
    sessions.push({ fromMs, toMs: this.#toMs });
    return sessions;
  }

  /** The host's page crashes, and is opened again: a new page, a new name, the same key; it recalls what its line carried. */
  #scheduleAbsence(fault: Extract<Fault, { type: 'host-away' }>, atMs: number): void {
    const backMs = atMs + fault.forS * 1000;
    this.#at(atMs, () => {
      this.#host.kill();
    });
    this.#at(backMs, () => {
      const { viewers } = this.#host.mesh;
      const { carriedBps } = this.#host.mesh.uplink;
      this.#host = this.#goLive();
      this.#host.mesh.heads.recall(viewers);
      if (carriedBps !== null) this.#host.mesh.uplink.recall(carriedBps);
      for (const watcher of this.measures.watchers()) watcher.hurtMs = backMs;
    });
  }

  /** One session of the host, with an encoder of its own. */
  #broadcast(shots: readonly Shot[]): void {
    const studio = new Studio(this.scenario.bitrate, this.world.nowMs);
    for (const { chunk, publishedMs, capturedMs } of shots) {
      this.#at(publishedMs, () => {
        const { mesh } = this.#host;
        const published = counted(studio.encode(chunk, mesh, publishedMs), mesh.viewers);
        this.measures.published(published.header);
        this.#host.take({ type: 'publish', chunk: published });
        const dueMs = capturedMs + this.scenario.playoutMs;
        if (dueMs >= this.#toMs) return;
        this.#at(dueMs, () => {
          this.measures.due(published.header, chunk.header.byteLength, dueMs);
        });
      });
    }
  }

  #arrive(arrival: Arrival): void {
    const peer = this.world.add(arrival.access, false, this.measures);
    this.measures.arrived(peer, arrival, this.world.nowMs);
    peer.start();
    if (arrival.attack !== null) {
      this.#attackers.add(peer);
      corrupt(peer, arrival.attack, this.#attackers);
    }
    const leavesMs = this.world.nowMs + arrival.stayMs;
    if (leavesMs >= this.#toMs) return;
    this.#at(leavesMs, () => {
      peer.leave();
      this.measures.departed(peer, this.world.nowMs);
    });
  }

  #result(wallS: number): Result {
    const { bitrate, host } = this.scenario;
    const reachable = this.#arrivals.filter((arrival) => arrival.reachable);
    const giving = reachable.filter(({ attack, access }) => attack === null && access.relays);
    const hostBps = host.upMbps * 1e6;
    const supplyBps = giving.reduce((sum, { access }) => sum + access.upMbps * 1e6, hostBps);
    const viewers = this.#arrivals.length;
    const about = {
      seed: this.seed,
      viewers,
      unreachable: viewers > 0 ? 1 - reachable.length / viewers : 0,
      wallS,
      supplyRatio: supplyBps / (reachable.length * bitrate),
      events: this.world.wheel.happened,
    };
    return this.measures.result(about, Math.min(bitrate, hostBps, supplyBps / reachable.length));
  }

  #at(ms: number, run: () => void): void {
    this.world.wheel.at(ms, later(run), 0, null);
  }
}
