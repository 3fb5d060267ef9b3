import type { Carrier, CarrierListener } from '../../../src/app/room-carrier.ts';
import type { PeerId } from '../../../src/core/messages.ts';
import { listOf, type RawUpdate } from '../../../src/core/room/filter.ts';
import type { PlacedEntry } from '../../../src/core/room/update-wire.ts';
import { ChatLine } from './chat-line.ts';
import { later } from './event-wheel.ts';
import type { SimPeer } from './sim-peer.ts';

/** A description is made in this time, and ICE, DTLS and SCTP take so many round trips. @see sim-peer.ts */
const DESCRIBE_MS = 8;
const SETUP_ROUND_TRIPS = 3.5;
const OFFER = 'chat offer'.padEnd(680, '.');
const ANSWER = 'chat answer'.padEnd(660, '.');
/** A vanished page, or one behind a cut, is noticed by the transport after 5 to 15 s (measured). */
const VANISHED_MS = 10_000;
/** Entries in one part of an answer. @see src/adapters/room/y-webrtc-carrier.ts */
const PART = 200;

interface ChatLink {
  readonly line: ChatLine;
  open: boolean;
}

const update = (entries: readonly PlacedEntry[]): RawUpdate => ({
  deletes: false,
  structs: entries.map(({ client, clock, encoded }) => ({
    client,
    clock,
    binary: encoded,
    origin: clock === 0 ? null : { client, clock: clock - 1 },
    hasRightOrigin: false,
    list: clock === 0 ? listOf(client) : null,
    hasKey: false,
  })),
});

/**
 * Stands where y-webrtc does, over the simulated network. It floods new entries to whoever is connected and answers
 * questions with what is missing, as y-webrtc and y-protocols do, but keeps entries in a map: there is no Y.Doc, and no
 * update is encoded or decoded.
 */
export class SimCarrier implements Carrier {
  readonly #entries = new Map<number, PlacedEntry[]>();
  readonly #links = new Map<PeerId, ChatLink>();

  constructor(
    private readonly peer: SimPeer,
    private readonly listener: CarrierListener,
    private readonly carriers: Map<PeerId, SimCarrier>,
  ) {
    carriers.set(peer.peerId, this);
  }

  connect(to: PeerId, initiator: boolean): void {
    this.disconnect(to);
    const other = this.carriers.get(to)?.peer;
    if (!other) return;
    this.#links.set(to, { line: new ChatLine(this.peer, other), open: false });
    if (initiator) this.#after(DESCRIBE_MS, () => this.listener.onSignal(to, OFFER));
  }

  signal(from: PeerId, data: string): void {
    const link = this.#links.get(from);
    const other = this.carriers.get(from);
    if (!link || !other || link.open) return;
    if (data === OFFER) this.#after(DESCRIBE_MS, () => this.listener.onSignal(from, ANSWER));
    else if (this.peer.world.canMeet(this.peer, other.peer)) {
      const setUpMs = 2 * SETUP_ROUND_TRIPS * this.peer.world.oneWayMs(this.peer, other.peer);
      this.#after(setUpMs, () => this.#open(from, link, other));
    }
  }

  disconnect(to: PeerId): void {
    const link = this.#links.get(to);
    if (!this.#links.delete(to) || !link?.open) return;
    const other = this.carriers.get(to);
    if (other) this.#after(this.peer.world.oneWayMs(this.peer, other.peer), () => other.#lost(this.peer.peerId));
  }

  ask(to: PeerId, whole: boolean): void {
    const known = new Map(whole ? [] : Array.from(this.#entries, ([client, run]) => [client, run.length] as const));
    const other = this.carriers.get(to);
    if (other) this.#send(to, known.size * 10, () => other.#answer(this.peer.peerId, known));
  }

  add(entries: readonly PlacedEntry[]): void {
    for (const entry of entries) {
      const run = this.#entries.get(entry.client);
      if (run) run.push(entry);
      else this.#entries.set(entry.client, [entry]);
    }
    for (const to of this.#links.keys()) this.#pass(to, entries, false);
  }

  close(): void {
    this.carriers.delete(this.peer.peerId);
    for (const to of [...this.#links.keys()]) this.disconnect(to);
  }

  /** The page is gone without a word. */
  vanish(): void {
    this.carriers.delete(this.peer.peerId);
    for (const to of this.#links.keys()) {
      const other = this.carriers.get(to);
      if (other) this.#after(VANISHED_MS, () => other.#lost(this.peer.peerId));
    }
  }

  #open(from: PeerId, link: ChatLink, other: SimCarrier): void {
    const theirs = other.#links.get(this.peer.peerId);
    if (this.#links.get(from) !== link || !theirs || theirs.open || !this.#isThere(other)) return;
    link.open = true;
    theirs.open = true;
    for (const [one, peerId] of [
      [this, from],
      [other, this.peer.peerId],
    ] as const) {
      one.listener.onOpen(peerId);
      one.ask(peerId, false); // y-webrtc's first question
    }
  }

  #answer(to: PeerId, known: ReadonlyMap<number, number>): void {
    const missing = [...this.#entries].flatMap(([client, run]) => run.slice(known.get(client) ?? 0));
    for (let at = 0; at < missing.length; at += PART) this.#pass(to, missing.slice(at, at + PART), true);
  }

  #pass(to: PeerId, entries: readonly PlacedEntry[], asked: boolean): void {
    const bytes = entries.reduce((sum, { encoded }) => sum + encoded.length, 0);
    const other = this.carriers.get(to);
    if (other) this.#send(to, bytes, () => other.listener.onUpdate(this.peer.peerId, update(entries), asked));
  }

  #send(to: PeerId, bytes: number, deliver: () => void): void {
    const link = this.#links.get(to);
    const other = this.carriers.get(to);
    if (link?.open !== true || !other || !this.#isThere(other)) return;
    link.line.send(bytes, () => {
      if (other.#links.get(this.peer.peerId)?.open === true) deliver();
    });
  }

  /** Neither gone nor on the other side of a cut, which the transport notices in its time. */
  #isThere(other: SimCarrier): boolean {
    const { world, peerId } = this.peer;
    if (!other.peer.alive || !this.peer.alive) return false;
    if (!world.areApart(this.peer, other.peer)) return true;
    this.#after(VANISHED_MS, () => {
      this.#lost(other.peer.peerId);
      other.#lost(peerId);
    });
    return false;
  }

  #lost(from: PeerId): void {
    if (this.#links.delete(from)) this.listener.onClose(from);
  }

  #after(ms: number, run: () => void): void {
    const { world } = this.peer;
    world.wheel.at(world.nowMs + ms, later(run), 0, null);
  }
}
