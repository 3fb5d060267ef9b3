import { later } from './event-wheel.ts';
import { Pipe } from './pipe.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

/** Round trips until a registration at the broker stands: TCP, TLS, WebSocket, and the broker's word. */
const REGISTER_ROUND_TRIPS = 4;
/** Round trips of ICE, DTLS and SCTP for the door's data channel. */
const SETUP_ROUND_TRIPS = 4;
/** Nobody is registered: PeerServer says so after this, ms. @see src/adapters/door/knocking.ts */
const NOBODY_MS = 5_500;
/** A knock is given up after this, ms. @see src/adapters/door/knocking.ts */
const GIVE_UP_MS = 8_000;

/**
 * The PeerServer and the doors at it. A knock registers there, sends an offer to whoever holds the door, and becomes a
 * data channel, if NAT lets the two meet.
 */
export class Broker {
  #holder: SimPeer | null = null;
  readonly #registered = new Set<SimPeer>();

  constructor(private readonly world: World) {}

  /** Registers the door. */
  hold(peer: SimPeer): void {
    this.#after(REGISTER_ROUND_TRIPS * 2 * this.world.brokerMs(peer), () => {
      if (peer.alive) this.#holder = peer;
    });
  }

  /** Lets go of the registration. */
  leave(peer: SimPeer): void {
    this.#registered.delete(peer);
    if (this.#holder === peer) this.#holder = null;
  }

  knock(peer: SimPeer): void {
    const awayMs = this.world.brokerMs(peer);
    const registerMs = this.#registered.has(peer) ? 0 : REGISTER_ROUND_TRIPS * 2 * awayMs;
    this.#after(registerMs + awayMs, () => {
      this.#registered.add(peer);
      const holder = this.#holder;
      if (!holder) this.#fail(peer, NOBODY_MS);
      else if (!this.world.canMeet(peer, holder)) this.#fail(peer, GIVE_UP_MS);
      else {
        const oneWayMs = this.world.oneWayMs(peer, holder);
        const offerAndAnswerMs = 2 * this.world.brokerMs(holder) + awayMs;
        this.#after(offerAndAnswerMs + (2 * SETUP_ROUND_TRIPS + 1) * oneWayMs, () => {
          if (holder.alive) this.#open(peer, holder, oneWayMs);
          else this.#fail(peer, GIVE_UP_MS);
        });
      }
    });
  }

  #open(visitor: SimPeer, holder: SimPeer, oneWayMs: number): void {
    if (!this.#registered.has(visitor)) return; // gone, or let in meanwhile
    const theirs = new Pipe(visitor, holder.peerId, 'door', -1, oneWayMs);
    const ours = new Pipe(holder, visitor.peerId, 'door', -1, oneWayMs);
    theirs.twin = ours;
    ours.twin = theirs;
    visitor.doors.set(holder.peerId, theirs);
    holder.doors.set(visitor.peerId, ours);
    visitor.take({ type: 'door-open', peerId: holder.peerId });
    holder.take({ type: 'door-open', peerId: visitor.peerId });
  }

  #fail(peer: SimPeer, afterMs: number): void {
    this.#after(afterMs, () => {
      if (this.#registered.has(peer)) peer.take({ type: 'door-failed' });
    });
  }

  #after(ms: number, run: () => void): void {
    this.world.wheel.at(this.world.nowMs + ms, later(run), 0, null);
  }
}
