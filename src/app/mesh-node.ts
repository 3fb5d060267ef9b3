import { type ChunkHeader, joinPieces } from '../core/chunk.ts';
import type { Verification } from '../core/identity.ts';
import type { Effect, Input } from '../core/mesh/mesh-io.ts';
import { Mesh } from '../core/mesh/mesh.ts';
import { Verifier } from '../core/verifier.ts';
import { ANYONE, type Message, type PeerId } from '../core/messages.ts';
import type { Clock } from './clock.ts';
import { DoorDesk } from './door-desk.ts';
import type { DoorProblem } from './problem.ts';
import { Reach } from './reach.ts';
import { type Hello, PeerChannel, type PeerChannelEvents } from './peer-channel.ts';
import { snapshotLink, snapshotMesh } from './mesh-snapshot.ts';
import type { LinkSnapshot, MeshSnapshot } from './snapshot.ts';
import type { Doors, Link, OpenDoors, OpenLink } from './transport.ts';

/** Everything a peer needs from outside. */
export interface MeshNodePorts {
  readonly openDoors: OpenDoors;
  readonly openLink: OpenLink;
  readonly verification: Verification;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface MeshNodeOptions {
  readonly streamId: string;
  readonly peerId: PeerId;
  /** The host's key: its own for a host, null for a viewer who hasn't met anyone yet. */
  readonly publicKey: Uint8Array | null;
  readonly host: boolean;
  readonly nominalBps?: number;
  /** Earlier sessions of the host are known to be over. */
  readonly sinceEpochS?: number;
  /** A whole, verified chunk; perhaps out of order. */
  onChunk(header: ChunkHeader, bytes: Uint8Array): void;
  /** The host said that the show is over, in that session of it. */
  onEnded(epochS: number): void;
  /** Something is in the way of whoever comes, or of this page's coming; or is no longer. */
  onNotice(code: DoorProblem, isThere: boolean): void;
  /** Nobody answered at the door. */
  onNobody(): void;
  /** A neighbour's room says something to this page's. */
  onRoom?(from: PeerId, data: Uint8Array): void;
  /** The same about a show that is over. */
  onPast?(from: PeerId, data: Uint8Array): void;
}

/** Inputs of the mesh that come from a host's session. */
export type HostDeed = Extract<Input, { type: 'publish' | 'publish-end' | 'wish' | 'look' }>;

interface OpenOrOpening {
  /** Who is at its other end; of one that was begun for `ANYONE` it becomes known. */
  peerId: PeerId;
  readonly attempt: number;
  readonly link: Link;
  readonly channel: PeerChannel;
}

/** The links' queues are read at least so often while anything happens, ms (chosen: half a chunk). */
const READ_QUEUES_MS = 50;
/** A link with less than that waiting has room for something beside the show, bytes (chosen: less than media waits for). */
const IDLE_BYTES = 16 * 1024;

/**
 * Runs a `Mesh` over real links, doors, clock and cryptography: turns what happens into inputs, and effects into deeds.
 * The first check of everything hostile is here: nothing reaches the mesh that was not decoded and verified.
 */
export class MeshNode {
  readonly mesh: Mesh;
  readonly #links = new Map<PeerId, OpenOrOpening>();
  readonly #reach = new Reach();
  readonly #doors: Doors;
  readonly #desk: DoorDesk;
  #verifier: Verifier | null = null;
  /** The host's public key; null until somebody has shown it. To be read, not changed. */
  hostKey: Uint8Array | null;
  #relays = true;
  #stopTimer: () => void = () => undefined;
  #closed = false;
  #queuesReadMs = Number.NEGATIVE_INFINITY;
  #pastControlBytes = 0;

  constructor(
    private readonly ports: MeshNodePorts,
    private readonly options: MeshNodeOptions,
  ) {
    const { peerId, host, nominalBps, sinceEpochS } = options;
    const nowMs = ports.clock.nowMs();
    this.mesh = new Mesh({ peerId, host, nominalBps, sinceEpochS, random: ports.random, nowMs });
    this.hostKey = options.publicKey;
    if (options.publicKey) this.#trust(options.publicKey);
    this.#doors = ports.openDoors(options);
    this.#desk = new DoorDesk({
      doors: this.#doors,
      clock: ports.clock,
      host,
      channel: (on) => this.#channel(on, () => []),
      isSigned: async (header) => (await this.#verifier?.header(header)) ?? null,
      take: (input) => this.#take(input),
      onState: (state) => {
        options.onNotice('door-unreachable', state === 'unreachable');
        options.onNotice('door-fallback', state === 'fallback');
      },
      onNobody: () => options.onNobody(),
    });
    if (host) this.#desk.hold();
    this.#take({ type: 'tick' });
  }

  /** What only a host does: it publishes, and looks at who feeds whom. */
  tell(deed: HostDeed): void {
    this.#take(deed);
  }

  limit(uplinkBps: number | null, relays: boolean): void {
    this.#relays = relays;
    this.#take({ type: 'limits', uplinkBps, relays });
  }

  /** Says something to a neighbour's room, or of a show's past; nothing happens when it isn't a neighbour any more. */
  say(to: PeerId, data: Uint8Array, about: 'room' | 'past' = 'room'): void {
    this.#take({ type: about, to, data });
  }

  /** Sends media of a show's past; false while the link is not idle, or the show that goes on needs the line. */
  sendPast(to: PeerId, data: Uint8Array): boolean {
    const isIdle = (this.#links.get(to)?.channel.queuedBytes ?? 0) <= IDLE_BYTES;
    const mayGo = isIdle && this.mesh.uplink.takeIdle(data.length, this.ports.clock.nowMs());
    if (mayGo) this.say(to, data, 'past');
    return mayGo;
  }

  /** Lets people into a show that is over, for which the host's door may be gone. */
  keepDoor(): void {
    this.#desk.keep();
  }

  /** Cuts a neighbour off for good, for what it did in the room. */
  cutOff(peerId: PeerId): void {
    this.#take({ type: 'cut-off', peerId });
  }

  /**
   * Begins a link to whoever will be at its other end; people carry its signals. Open, it is one like all the others.
   * Whoever has a link to this page already is refused.
   */
  meet(initiator: boolean, onSignal: (data: string) => void, openMs: number): Link {
    const end = { peerId: '' };
    const channel: PeerChannel = this.#neighbourChannel(
      end,
      () => channel,
      (hello) => {
        if (this.#links.has(hello.peerId)) return false;
        this.#links.set(hello.peerId, Object.assign(end, { peerId: hello.peerId, attempt: 0, link, channel }));
        return true;
      },
    );
    const link = this.ports.openLink(initiator, { ...channel.listener, onSignal }, openMs);
    channel.carry(link);
    return link;
  }

  /** Says goodbye and closes everything. */
  close(): void {
    if (this.#closed) return;
    this.#take({ type: 'leave' });
    this.#closed = true;
    this.#stopTimer();
    for (const { channel } of [...this.#links.values()]) channel.close();
    this.#desk.close();
  }

  snapshotLinks(): LinkSnapshot[] {
    return [...this.#links].map(([peerId, { channel }]) => snapshotLink(this.mesh, peerId, channel));
  }

  snapshotMesh(): MeshSnapshot {
    let controlBytesSent = this.#pastControlBytes;
    for (const { channel } of this.#links.values()) controlBytesSent += channel.controlBytesSent;
    return snapshotMesh(this.mesh, { controlBytesSent, lettersDropped: this.#doors.lettersDropped });
  }

  #take(input: Input): void {
    if (this.#closed) return;
    const nowMs = this.ports.clock.nowMs();
    this.#readQueues(nowMs);
    this.#handle(input, nowMs);
    if (this.#reach.note(input, this.mesh.neighbours.size, nowMs))
      this.options.onNotice(this.options.host ? 'devices-apart' : 'host-apart', this.#reach.isOut);
    this.#stopTimer();
    this.#stopTimer = this.ports.clock.after(Math.max(1, this.mesh.dueMs - nowMs), () => {
      this.#take({ type: 'tick' });
    });
  }

  #handle(input: Input, nowMs: number): void {
    for (const effect of this.mesh.handle(input, nowMs)) this.#do(effect);
  }

  /** The mesh counts what it hands to a link; only the link knows what has left since. */
  #readQueues(nowMs: number): void {
    if (nowMs - this.#queuesReadMs < READ_QUEUES_MS) return;
    this.#queuesReadMs = nowMs;
    const queues = Array.from(this.#links, ([peerId, { channel }]) => ({ peerId, bytes: channel.queuedBytes }));
    this.#handle({ type: 'queues', queues }, nowMs);
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.#send(effect.to, effect.message);
        return;
      case 'connect':
        this.#connect(effect.peerId, effect.attempt, effect.initiator);
        return;
      case 'adopt':
        this.#adopt(effect.peerId, effect.attempt);
        return;
      case 'signal': {
        const own = this.#links.get(effect.peerId);
        if (own?.attempt === effect.attempt) own.link.signal(effect.data);
        return;
      }
      case 'disconnect':
        this.#links.get(effect.peerId)?.channel.close();
        return;
      case 'knock':
        this.#desk.knock(effect.door);
        return;
      case 'hold-door':
        this.#desk.hold();
        return;
      case 'rest':
        this.#desk.rest();
        return;
      case 'show-out':
        this.#desk.showOut(effect.peerId);
        return;
      case 'chunk':
        this.options.onChunk(effect.header, joinPieces(effect.header, effect.pieces));
        return;
      case 'ended':
        this.options.onEnded(effect.epochS);
        return;
      case 'room':
        this.options.onRoom?.(effect.from, effect.data);
        return;
      case 'past':
        this.options.onPast?.(effect.from, effect.data);
        return;
    }
  }

  #send(to: PeerId, message: Message): void {
    const link = this.mesh.neighbours.has(to) ? this.#links.get(to)?.channel : undefined;
    if (link) link.send(message);
    else this.#desk.send(to, message);
  }

  #connect(peerId: PeerId, attempt: number, initiator: boolean): void {
    this.#links.get(peerId)?.channel.close();
    const end = { peerId, attempt };
    const channel: PeerChannel = this.#neighbourChannel(
      end,
      () => channel,
      // The one at the other end must be the one that was called.
      (hello) => hello.peerId === end.peerId && this.#links.get(end.peerId)?.channel === channel,
    );
    const link = this.ports.openLink(initiator, {
      ...channel.listener,
      onSignal: (data) => {
        this.#take({ type: 'signal', peerId: end.peerId, attempt, data });
      },
    });
    channel.carry(link);
    this.#links.set(peerId, Object.assign(end, { link, channel }));
  }

  /** What a link carries once it is open. @param end who is there, once that is known */
  #neighbourChannel(
    end: { readonly peerId: PeerId },
    own: () => PeerChannel,
    isWelcome: (hello: Hello) => boolean,
  ): PeerChannel {
    return this.#channel(
      {
        onHello: (hello) => {
          if (!isWelcome(hello)) return false;
          this.#take({ type: 'link-open', peerId: hello.peerId, host: hello.host, relays: hello.relays });
          return true;
        },
        onMessage: (message) => this.#heard(end.peerId, message),
        onRubbish: () => this.#take({ type: 'forged', from: end.peerId }),
        onDrained: () => this.#take({ type: 'queues', queues: [{ peerId: end.peerId, bytes: own().queuedBytes }] }),
        onClose: () => {
          this.#pastControlBytes += own().controlBytesSent;
          if (this.#links.get(end.peerId)?.channel !== own()) return;
          this.#links.delete(end.peerId);
          this.#take({ type: 'link-closed', peerId: end.peerId });
        },
      },
      () => this.mesh.greeting(end.peerId),
    );
  }

  /** The link that was begun for anyone has found its other end. */
  #adopt(peerId: PeerId, attempt: number): void {
    const begun = this.#links.get(ANYONE);
    if (begun?.attempt !== attempt) return;
    this.#links.delete(ANYONE);
    this.#links.get(peerId)?.channel.close();
    begun.peerId = peerId;
    this.#links.set(peerId, begun);
  }

  #channel(on: PeerChannelEvents, greeting: () => readonly Message[]): PeerChannel {
    const channel: PeerChannel = new PeerChannel({
      ...on,
      hash: (bytes) => this.ports.verification.hash(bytes),
      hello: () => this.#hello(),
      greeting,
      onHello: (hello) => {
        if (this.hostKey === null && hello.publicKey) this.#trust(hello.publicKey);
        return on.onHello(hello);
      },
      onRubbish: () => {
        if (channel.peerId !== null) on.onRubbish();
        channel.close();
      },
    });
    return channel;
  }

  #hello(): Hello {
    const { streamId, peerId, host } = this.options;
    return { type: 'hello', streamId, peerId, host, relays: this.#relays || host, publicKey: this.hostKey };
  }

  /** The key belongs to the stream id, so it is the host's. */
  #trust(publicKey: Uint8Array): void {
    this.hostKey = publicKey.slice();
    this.#verifier = new Verifier(this.options.streamId, this.hostKey, this.ports.verification);
  }

  #heard(from: PeerId, message: Message): void {
    if (message.type === 'piece' && this.mesh.judge(from, message) === 'needed') {
      void this.#verify(from, message, () => this.#verifier?.piece(message.header, message.index, message.bytes));
    } else if (message.type === 'end') void this.#verify(from, message, () => true);
    else this.#take({ type: 'message', from, message });
  }

  async #verify(
    from: PeerId,
    message: Extract<Message, { header: ChunkHeader }>,
    isWhole: () => boolean | undefined,
  ): Promise<void> {
    if (!this.#verifier) return;
    const signed = await this.#verifier.header(message.header);
    if (signed && isWhole() === true) this.#take({ type: 'message', from, message });
    else this.#take({ type: 'forged', from });
  }
}
