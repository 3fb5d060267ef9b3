import { DESIGN, type Design } from '../../../src/core/mesh/design.ts';
import type { PeerId } from '../../../src/core/messages.ts';
import type { Scenario } from '../scenario.ts';
import { Broker } from './broker.ts';
import { mulberry32, normal, ofPair, type Random } from './chance.ts';
import { EventWheel } from './event-wheel.ts';
import { meets } from './nat.ts';
import { type Access, type PeerListener, SimPeer } from './sim-peer.ts';

/** Spread of the pairs' delays: the standard deviation of their logarithm (CONTRACT). */
const PAIR_SIGMA = 0.6;
/** Purposes of the numbers that are drawn once for each pair. */
const DELAY_1 = 1;
const DELAY_2 = 2;
const NAT = 3;
/** The broker's number, where peers have theirs: from 0. */
const BROKER = 2 ** 30;
/** Virtual time begins here, ms since 1970; any whole second will do. */
export const START_MS = 1_000_000_000;

/**
 * The same text as engines keep the names of properties: two of those are compared by where they are. Joined text is
 * compared letter by letter, and names are compared with every message.
 */
const interned = (text: string): string => Object.keys({ [text]: null })[0] ?? text;

/** Everybody there, the ways between them, and time. */
export class World {
  readonly wheel = new EventWheel(START_MS);
  readonly random: Random;
  /** Everyone who is there now. */
  readonly peers = new Map<PeerId, SimPeer>();
  readonly broker = new Broker(this);
  /** Chance of each packet to be lost. */
  readonly loss: number;
  readonly nominalBps: number;
  /** Peers on the other side of a partition, while there is one. */
  #apart: ReadonlySet<SimPeer> | null = null;
  #count = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
    readonly design: Design = DESIGN,
  ) {
    this.random = mulberry32(seed);
    this.loss = scenario.lossPercent / 100;
    this.nominalBps = scenario.bitrate;
  }

  get nowMs(): number {
    return this.wheel.nowMs;
  }

  /** A new page. */
  add(access: Access, host: boolean, listener: PeerListener): SimPeer {
    const index = this.#count++;
    const peer = new SimPeer(this, index, this.newPeerId(), access, host, listener);
    this.peers.set(peer.peerId, peer);
    return peer;
  }

  newPeerId(): PeerId {
    const half = (): string =>
      Math.floor(this.random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return interned(half() + half());
  }

  departed(peer: SimPeer): void {
    this.peers.delete(peer.peerId);
  }

  /** From one peer to the other, ms: both access lines, and the way between them. */
  oneWayMs(a: SimPeer, b: SimPeer): number {
    return a.access.rttMs / 2 + b.access.rttMs / 2 + this.#between(a.index, b.index);
  }

  /** From a peer to the broker, ms. */
  brokerMs(peer: SimPeer): number {
    return peer.access.rttMs / 2 + this.#between(peer.index, BROKER);
  }

  /** Whether NAT lets the two have a direct connection. */
  canMeet(a: SimPeer, b: SimPeer): boolean {
    return meets(a.access.nat, b.access.nat, ofPair(a.index, b.index, this.seed, NAT));
  }

  /** Whether anybody is there who passes on and whom it could meet. */
  canBeFed(peer: SimPeer): boolean {
    for (const other of this.peers.values()) {
      if (other !== peer && (other.host || other.access.relays) && this.canMeet(peer, other)) return true;
    }
    return false;
  }

  /** Cuts these off from all others; null joins them again. */
  separate(peers: ReadonlySet<SimPeer> | null): void {
    this.#apart = peers;
  }

  areApart(a: SimPeer, b: SimPeer): boolean {
    return this.#apart !== null && this.#apart.has(a) !== this.#apart.has(b);
  }

  #between(a: number, b: number): number {
    const deviate = normal(ofPair(a, b, this.seed, DELAY_1), ofPair(a, b, this.seed, DELAY_2));
    return this.scenario.pairMs * Math.exp(PAIR_SIGMA * deviate);
  }
}
