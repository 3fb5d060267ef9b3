import { Association, wireBytes } from './association.ts';
import { later } from './event-wheel.ts';
import type { SimPeer } from './sim-peer.ts';

/** What a chat connection adds to an entry: Yjs' struct, y-protocols' and the channel's own (measured: 20 to 40). */
const OVERHEAD = 40;

/**
 * One direction of a chat connection: an ordered, reliable data channel of its own, which shares the access line with the
 * video but waits behind none of it in the association's window.
 */
export class ChatLine {
  readonly #association = new Association();
  #arrivesMs = 0;

  constructor(
    private readonly from: SimPeer,
    private readonly to: SimPeer,
  ) {}

  send(bytes: number, deliver: () => void): void {
    const { world, up } = this.from;
    const { nowMs } = world;
    const oneWayMs = world.oneWayMs(this.from, this.to);
    const wire = wireBytes(bytes + OVERHEAD);
    const startMs = this.#association.admit(bytes + OVERHEAD, Math.max(1, 2 * oneWayMs), nowMs);
    const leftMs = Math.max(up.carry(wire, nowMs), startMs + up.takesMs(wire));
    const lossMs = this.#association.lossDelayMs(bytes + OVERHEAD, world.loss, world.random);
    this.#arrivesMs = Math.max(this.#arrivesMs, leftMs + oneWayMs + lossMs);
    world.wheel.at(this.#arrivesMs, later(deliver), 0, null);
  }
}
