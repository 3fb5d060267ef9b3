import { type ChunkHeader, type CutChunk, joinPieces } from '../core/chunk.ts';
import type { Verification } from '../core/identity.ts';
import type { Effect, Input } from '../core/mesh/mesh-io.ts';
import { Mesh } from '../core/mesh/mesh.ts';
import { Verifier } from '../core/verifier.ts';
import type { Message, PeerId } from '../core/messages.ts';
import { Callers } from './callers.ts';
import type { Clock } from './clock.ts';
import { type Hello, PeerChannel, type PeerChannelOwner } from './peer-channel.ts';
import { snapshotLink, snapshotMesh } from './mesh-snapshot.ts';
import type { LinkSnapshot, MeshSnapshot } from './snapshot.ts';
import type { Channel, ChannelListener, Doors, DoorState, Link, OpenLink } from './transport.ts';

/** Everything a peer needs from outside. */
export interface MeshNodePorts {
  readonly doors: Doors;
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
  /** A whole, verified chunk; perhaps out of order. */
  onChunk(header: ChunkHeader, bytes: Uint8Array): void;
  /** The host said that the show is over. */
  onEnded(): void;
  onDoor(state: DoorState): void;
  /** Nobody answered at the door. */
  onNobody(): void;
}

interface OpenOrOpening {
  readonly attempt: number;
  readonly link: Link;
  readonly channel: PeerChannel;
}

/** The links' queues are read at least so often while anything happens, ms (chosen: half a chunk). */
const READ_QUEUES_MS = 50;

/**
 * Runs a `Mesh` over real links, doors, clock and cryptography: turns what happens into inputs, and effects into deeds.
 * The first check of everything hostile is here: nothing reaches the mesh that was not decoded and verified.
 */
export class MeshNode {
  readonly mesh: Mesh;
  readonly #links = new Map<PeerId, OpenOrOpening>();
  readonly #visits = new Map<PeerId, PeerChannel>();
  readonly #callers: Callers;
  readonly #heldDoor: { close(): void } | null;
  #knock: Channel | null = null;
  #verifier: Verifier | null = null;
  #publicKey: Uint8Array | null;
  #relays = true;
  #stopTimer: () => void = () => undefined;
  #closed = false;
  #queuesReadMs = Number.NEGATIVE_INFINITY;
  #pastControlBytes = 0;

  constructor(
    private readonly ports: MeshNodePorts,
    private readonly options: MeshNodeOptions,
  ) {
    const { peerId, host, nominalBps } = options;
    const nowMs = ports.clock.nowMs();
    const nominal = nominalBps === undefined ? {} : { nominalBps };
    this.mesh = new Mesh({ peerId, host, random: ports.random, nowMs, ...nominal });
    this.#publicKey = options.publicKey;
    this.#callers = new Callers(ports.clock);
    if (options.publicKey) this.#trust(options.publicKey);
    this.#heldDoor = host
      ? ports.doors.hold(
          options.streamId,
          (channel) => this.#welcome(channel),
          (state) => {
            options.onDoor(state);
          },
        )
      : null;
    this.#take({ type: 'tick' });
  }

  publish(chunk: CutChunk): void {
    this.#take({ type: 'publish', chunk });
  }

  publishEnd(header: ChunkHeader): void {
    this.#take({ type: 'publish-end', header });
  }

  limit(uplinkBps: number | null, relays: boolean): void {
    this.#relays = relays;
    this.#take({ type: 'limits', uplinkBps, relays });
  }

  /** Looks at who feeds whom (`mesh.census`), or looks away. */
  look(on: boolean): void {
    this.#take({ type: 'look', on });
  }

  /** Says goodbye and closes everything. */
  close(): void {
    if (this.#closed) return;
    this.#take({ type: 'leave' });
    this.#closed = true;
    this.#stopTimer();
    this.#heldDoor?.close();
    for (const { channel } of [...this.#links.values()]) channel.close();
    for (const channel of [...this.#visits.values()]) channel.close();
    this.#knock?.close();
    this.ports.doors.rest();
  }

  snapshotLinks(): LinkSnapshot[] {
    return [...this.#links].map(([peerId, { channel }]) => snapshotLink(this.mesh, peerId, channel));
  }

  snapshotMesh(): MeshSnapshot {
    let controlBytesSent = this.#pastControlBytes;
    for (const { channel } of this.#links.values()) controlBytesSent += channel.controlBytesSent;
    return snapshotMesh(this.mesh, controlBytesSent);
  }

  #take(input: Input): void {
    if (this.#closed) return;
    const nowMs = this.ports.clock.nowMs();
    this.#readQueues(nowMs);
    this.#handle(input, nowMs);
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
    for (const [peerId, { channel }] of this.#links) {
      if (this.mesh.neighbours.has(peerId)) this.#handle({ type: 'queue', peerId, bytes: channel.queuedBytes }, nowMs);
    }
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.#send(effect.to, effect.message);
        return;
      case 'connect':
        this.#connect(effect.peerId, effect.attempt, effect.initiator);
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
        if (effect.door === null) this.#goToTheDoor();
        return;
      case 'hold-door':
        return; // PeerJS doors are held by hosts only
      case 'rest':
        this.#knock?.close();
        this.#knock = null;
        this.ports.doors.rest();
        return;
      case 'show-out':
        this.#visits.get(effect.peerId)?.close();
        return;
      case 'chunk':
        this.options.onChunk(effect.header, joinPieces(effect.header, effect.pieces));
        return;
      case 'ended':
        this.options.onEnded();
        return;
    }
  }

  #send(to: PeerId, message: Message): void {
    const link = this.mesh.neighbours.has(to) ? this.#links.get(to)?.channel : undefined;
    (link ?? this.#visits.get(to))?.send(message);
  }

  #connect(peerId: PeerId, attempt: number, initiator: boolean): void {
    this.#links.get(peerId)?.channel.close();
    const channel: PeerChannel = this.#channel({
      // The one at the other end must be the one that was called.
      onHello: (hello) => {
        if (hello.peerId !== peerId || this.#links.get(peerId)?.channel !== channel) return false;
        this.#take({ type: 'link-open', peerId, host: hello.host, relays: hello.relays });
        return true;
      },
      onMessage: (message) => {
        this.#heard(peerId, message);
      },
      onRubbish: () => {
        this.#take({ type: 'forged', from: peerId });
      },
      onDrained: () => {
        this.#take({ type: 'queue', peerId, bytes: channel.queuedBytes });
      },
      onClose: () => {
        this.#pastControlBytes += channel.controlBytesSent;
        if (this.#links.get(peerId)?.channel !== channel) return;
        this.#links.delete(peerId);
        this.#take({ type: 'link-closed', peerId });
      },
    });
    const link = this.ports.openLink(initiator, {
      ...channel.listener,
      onSignal: (data) => {
        this.#take({ type: 'signal', peerId, attempt, data });
      },
    });
    channel.carry(link);
    this.#links.set(peerId, { attempt, link, channel });
  }

  /** A viewer asks to be let in. */
  #goToTheDoor(): void {
    const visit = this.#visit(false, () => {
      if (this.#knock === knock) this.#knock = null;
      this.#take({ type: 'door-failed' });
      this.options.onNobody();
    });
    const knock = this.ports.doors.knock(this.options.streamId, visit.listener, (state) => {
      this.options.onDoor(state);
    });
    visit.carry(knock);
    this.#knock = knock;
  }

  /** A host lets a newcomer in. */
  #welcome(channel: Channel): ChannelListener {
    const visit = this.#visit(true, () => undefined);
    visit.carry(channel);
    this.#callers.admit(visit);
    visit.greet();
    return visit.listener;
  }

  /** @param onStranger called when the channel closes before anyone said hello */
  #visit(visitor: boolean, onStranger: () => void): PeerChannel {
    const channel: PeerChannel = this.#channel({
      onHello: ({ peerId }) => {
        this.#visits.get(peerId)?.close();
        this.#visits.set(peerId, channel);
        this.#take({ type: 'door-open', peerId, visitor });
        return true;
      },
      onMessage: (message) => void this.#heardAtDoor(channel, message),
      onRubbish: () => undefined, // anyone may call himself anything here: no neighbour answers for it
      onDrained: () => undefined,
      onClose: () => {
        const { peerId } = channel;
        if (peerId === null) onStranger();
        else if (this.#visits.get(peerId) === channel) {
          this.#visits.delete(peerId);
          this.#take({ type: 'door-closed', peerId });
        }
      },
    });
    return channel;
  }

  #channel(on: Omit<PeerChannelOwner, 'hash' | 'hello'>): PeerChannel {
    const channel: PeerChannel = new PeerChannel({
      ...on,
      hash: (bytes) => this.ports.verification.hash(bytes),
      hello: () => this.#hello(),
      onHello: (hello) => {
        if (this.#publicKey === null && hello.publicKey) this.#trust(hello.publicKey);
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
    return { type: 'hello', streamId, peerId, host, relays: this.#relays || host, publicKey: this.#publicKey };
  }

  /** The key belongs to the stream id, so it is the host's. */
  #trust(publicKey: Uint8Array): void {
    this.#publicKey = publicKey.slice();
    this.#verifier = new Verifier(this.options.streamId, this.#publicKey, this.ports.verification);
  }

  #heard(from: PeerId, message: Message): void {
    if (message.type === 'piece' && this.mesh.judge(from, message) === 'needed') {
      void this.#verify(from, message, () => this.#verifier?.piece(message.header, message.index, message.bytes));
    } else if (message.type === 'end') void this.#verify(from, message, () => true);
    else this.#take({ type: 'message', from, message });
  }

  async #heardAtDoor(channel: PeerChannel, message: Message): Promise<void> {
    const { peerId } = channel;
    if (peerId === null) return;
    if (message.type === 'end' && (await this.#verifier?.header(message.header)) !== true) channel.close();
    else this.#take({ type: 'door-message', from: peerId, message });
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
