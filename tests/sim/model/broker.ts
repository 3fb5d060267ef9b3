import { ANYONE, type PeerId } from '../../../src/core/messages.ts';
import { later } from './event-wheel.ts';
import { Pipe } from './pipe.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

/** Round trips until a registration at the broker stands: TCP, TLS, WebSocket; the broker's word comes with its answer (measured). */
const REGISTER_ROUND_TRIPS = 3;
/** PeerServer keeps what is for somebody who isn't there for so long, ms, then says so. @see its `expire_timeout` */
const KEPT_MS = 5_000;

/** Where doors are registered: the host's, or under the name of the member who holds it. */
type DoorName = PeerId | null;

/**
 * The PeerServer and the doors at it. What passes a door is carried by the broker, as PeerServer carries descriptions:
 * from line to line, whatever NAT says. A knock at a door that is not there yet is kept for a while.
 */
export class Broker {
  readonly #holders = new Map<DoorName, SimPeer>();
  /** Those who stand at doors, and since when their own registration stands, ms. */
  readonly #registered = new Map<SimPeer, number>();
  #waiting: { readonly name: DoorName; readonly pipe: Pipe; readonly untilMs: number }[] = [];

  constructor(private readonly world: World) {}

  /** Registers a door; at once, if the holder came through the broker lately. */
  hold(peer: SimPeer, name: DoorName): void {
    this.#after(this.#registerMs(peer), () => {
      if (!peer.alive) return;
      this.#holders.set(name, peer);
      if (name !== null) peer.take({ type: 'door-held', held: true });
      const { nowMs } = this.world;
      const here = this.#waiting.filter((knock) => knock.name === name && knock.untilMs > nowMs);
      this.#waiting = this.#waiting.filter((knock) => knock.name !== name && knock.untilMs > nowMs);
      for (const { pipe } of here) this.#answer(pipe, peer, this.world.brokerMs(peer));
    });
  }

  /** Lets go of the registration that knocking needed. */
  rest(peer: SimPeer): void {
    this.#registered.delete(peer);
  }

  /** The page is gone. */
  leave(peer: SimPeer): void {
    this.rest(peer);
    const name = peer.host ? null : peer.peerId;
    if (this.#holders.get(name) === peer) this.#holders.delete(name);
  }

  /** Knocks: what is sent through the pipe before it opens goes out as soon as the registration stands. */
  knock(visitor: SimPeer, name: DoorName): void {
    const { world } = this;
    const awayMs = world.brokerMs(visitor);
    const readyMs = this.#registered.get(visitor) ?? world.nowMs + REGISTER_ROUND_TRIPS * 2 * awayMs;
    this.#registered.set(visitor, readyMs);
    // Whose door it is shows in the answer; the way there is known then.
    const pipe = new Pipe(visitor, name ?? '', 'door', -1, 0);
    visitor.doors.set(name ?? ANYONE, pipe);
    this.#after(Math.max(0, readyMs - world.nowMs) + awayMs, () => {
      if (pipe.closed || !visitor.alive) return;
      const holder = this.#holders.get(name);
      if (holder?.alive === true) this.#answer(pipe, holder, world.brokerMs(holder));
      else {
        this.#waiting.push({ name, pipe, untilMs: world.nowMs + KEPT_MS });
        this.#after(KEPT_MS + awayMs, () => {
          if (pipe.twin || pipe.closed) return;
          pipe.closed = true;
          visitor.doors.delete(name ?? ANYONE);
          if (name === null) visitor.take({ type: 'door-failed' });
        });
      }
    });
  }

  /** The knock arrives: the holder says hello, and what came with the knock is delivered. */
  #answer(pipe: Pipe, holder: SimPeer, wayMs: number): void {
    const visitor = pipe.owner;
    this.#after(wayMs, () => {
      if (!holder.alive || !visitor.alive || pipe.closed) return;
      const oneWayMs = this.world.brokerMs(visitor) + this.world.brokerMs(holder);
      const theirs = new Pipe(visitor, holder.peerId, 'door', -1, oneWayMs);
      const ours = new Pipe(holder, visitor.peerId, 'door', -1, oneWayMs, true);
      theirs.twin = ours;
      ours.twin = theirs;
      pipe.twin = ours;
      visitor.doors.set(holder.peerId, theirs);
      if (visitor.doors.get(ANYONE) === pipe) visitor.doors.set(ANYONE, theirs);
      holder.doors.set(visitor.peerId, ours);
      // The holder's hello comes before whatever else it says.
      this.#after(oneWayMs, () => {
        if (theirs.isOpen) visitor.take({ type: 'door-open', peerId: holder.peerId, visitor: false });
      });
      holder.take({ type: 'door-open', peerId: visitor.peerId, visitor: true });
      for (const message of pipe.kept) holder.receive(ours, message);
    });
  }

  #registerMs(peer: SimPeer): number {
    const readyMs = this.#registered.get(peer);
    return readyMs === undefined ? REGISTER_ROUND_TRIPS * 2 * this.world.brokerMs(peer) : 0;
  }

  #after(ms: number, run: () => void): void {
    this.world.wheel.at(this.world.nowMs + ms, later(run), 0, null);
  }
}
