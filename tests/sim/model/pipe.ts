import type { Message, PeerId } from '../../../src/core/messages.ts';
import { Association, wireBytes } from './association.ts';
import type { Happening } from './event-wheel.ts';
import { LINE_BUFFER_MS } from './line.ts';
import type { SimPeer } from './sim-peer.ts';
import { messageBytes } from './sizes.ts';

const ARRIVE = 0;
const DELIVER = 1;
const RESEND = 2;
const DRAINED = 3;
/** The code of an arrival tells the bytes as well, so that nobody has to reckon them twice: this for each. */
const BYTE = 4;
/** Signature and hash of a piece, ms (measured: 0.3 to 2 ms a chunk and 0.2 ms a piece). */
const VERIFY_MS = 2;
/** Below this the page hears that a link has drained. @see src/adapters/bounded-channel.ts */
const LOW_QUEUE_BYTES = 16 * 1024;

interface Parcel {
  readonly message: Message;
  readonly tries: number;
}

/**
 * One peer's end of a data channel: what it sends passes the association's window, its own uplink, the way to the
 * other end with its losses, and the other end's downlink. Links and door channels are such ends.
 */
export class Pipe implements Happening {
  /** The other end; null until the channel is open, and never of one that NAT forbids. */
  twin: Pipe | null = null;
  closed = false;
  /** Its owner is to read its queue. */
  used = false;
  /** Sent before it was open: door channels take it along. */
  readonly kept: Message[] = [];
  readonly #association = new Association();
  /** Handed over since nothing comes through any more: the other end is gone, or cut off. */
  #stuckBytes = 0;
  #drainAwaited = false;

  constructor(
    readonly owner: SimPeer,
    readonly peerId: PeerId,
    readonly kind: 'link' | 'door',
    /** Tells connection attempts apart; -1 at doors. */
    readonly attempt: number,
    readonly oneWayMs: number,
    /** At a door: the other end is the visitor. */
    readonly visitor = false,
  ) {}

  get isOpen(): boolean {
    return this.twin !== null && !this.closed;
  }

  /** `bufferedAmount` of the channel. */
  queuedBytes(nowMs: number): number {
    const stuck = Math.max(0, this.#stuckBytes - this.#association.windowBytes);
    return stuck + this.#association.queuedBytes(nowMs);
  }

  /** @param bytes that the message has when it is encoded */
  send(message: Message, bytes: number): void {
    if (!this.twin && this.kind === 'door') this.kept.push(message);
    else this.#transmit(message, bytes, 0);
  }

  happen(code: number, subject: unknown): void {
    if (code === RESEND) {
      const { message, tries } = subject as Parcel;
      if (this.isOpen) this.#transmit(message, messageBytes(message), tries);
    } else if (code === DRAINED) {
      this.#drainAwaited = false;
      if (this.isOpen) this.owner.drained(this);
    } else if (code === DELIVER) this.#deliver(subject as Message);
    else this.#arrive(subject as Message, (code - ARRIVE) / BYTE);
  }

  #transmit(message: Message, bytes: number, tries: number): void {
    const { owner, twin } = this;
    if (!twin) return;
    const { world, up } = owner;
    const { nowMs } = world;
    if (!twin.owner.alive || world.areApart(owner, twin.owner)) {
      this.#stuckBytes += bytes;
      return;
    }
    const { down } = twin.owner;
    const queueMs = up.backlogMs(nowMs);
    if (queueMs > LINE_BUFFER_MS) {
      this.#resend(message, tries, nowMs);
      return;
    }
    const wire = wireBytes(bytes);
    const rttMs = 2 * this.oneWayMs + queueMs + down.backlogMs(nowMs);
    const startMs = this.#association.admit(bytes, Math.max(1, rttMs), nowMs);
    const leftMs = Math.max(up.carry(wire, nowMs), startMs + up.takesMs(wire));
    const lossMs = this.#association.lossDelayMs(bytes, world.loss, world.random);
    const workMs = message.type === 'piece' ? VERIFY_MS + down.takesMs(wire) : 0;
    world.wheel.at(leftMs + this.oneWayMs + lossMs + workMs, this, ARRIVE + bytes * BYTE, message);
    if (!this.#drainAwaited && this.#association.queuedBytes(nowMs) > LOW_QUEUE_BYTES) {
      this.#drainAwaited = true;
      world.wheel.at(startMs, this, DRAINED, null);
    }
  }

  #arrive(message: Message, bytes: number): void {
    const { twin, owner } = this;
    if (!twin || this.closed || twin.closed) return;
    if (message.type === 'piece') {
      const { nowMs, wheel } = owner.world;
      const { down } = twin.owner;
      const queueMs = down.backlogMs(nowMs);
      if (queueMs > LINE_BUFFER_MS) {
        this.#resend(message, 0, nowMs);
        return;
      }
      // Its own time on the line is in the time of arrival already, unless it has to queue.
      const wire = wireBytes(bytes);
      const doneMs = down.carry(wire, nowMs - (queueMs > 0 ? 0 : down.takesMs(wire)));
      if (doneMs > nowMs + 0.5) {
        wheel.at(doneMs, this, DELIVER, message);
        return;
      }
    }
    this.#deliver(message);
  }

  #deliver(message: Message): void {
    const { twin } = this;
    if (twin && !this.closed && !twin.closed) twin.owner.receive(twin, message);
  }

  #resend(message: Message, tries: number, nowMs: number): void {
    const parcel: Parcel = { message, tries: tries + 1 };
    this.owner.world.wheel.at(nowMs + this.#association.overrun(tries), this, RESEND, parcel);
  }
}
