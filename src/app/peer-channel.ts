import { belongsTo } from '../core/stream-id.ts';
import type { Verification } from '../core/identity.ts';
import type { Message, PeerId } from '../core/messages.ts';
import { decodeMessage, encodeMessage } from '../core/wire.ts';
import type { Channel, ChannelListener } from './transport.ts';

export type Hello = Extract<Message, { type: 'hello' }>;

/** Messages that may overtake the hello on an unordered channel, and are kept until it comes (chosen). */
const MAX_EARLY = 32;

export interface PeerChannelOwner {
  readonly hash: Verification['hash'];
  /** What this peer says of itself first. */
  hello(): Hello;
  /** What it says right behind that. */
  greeting(): readonly Message[];
  /** The other side said who it is, and it fits. Return false to refuse. */
  onHello(hello: Hello): boolean;
  onMessage(message: Message): void;
  /** Bytes that no honest peer sends. */
  onRubbish(): void;
  onDrained(): void;
  /** Once. */
  onClose(): void;
}

/** What happens on a channel, as far as its kind matters. */
export type PeerChannelEvents = Omit<PeerChannelOwner, 'hash' | 'hello' | 'greeting'>;

/**
 * A link or door channel that speaks the mesh's language: hello first, then messages; bounded, decoded and counted.
 * Anything that does not decode ends it.
 */
export class PeerChannel {
  sentBytes = 0;
  receivedBytes = 0;
  controlBytesSent = 0;
  /** Who is at the other end; null before its hello. */
  peerId: PeerId | null = null;
  readonly #early: Message[] = [];
  #channel: Channel | null = null;
  #greeted = false;
  #closed = false;

  constructor(private readonly owner: PeerChannelOwner) {}

  /** What to hand to the transport. */
  get listener(): ChannelListener {
    return {
      onOpen: () => {
        this.greet();
      },
      onMessage: (bytes) => {
        this.#receive(bytes);
      },
      onDrained: () => {
        this.owner.onDrained();
      },
      onClose: () => {
        if (this.#closed) return;
        this.#closed = true;
        this.owner.onClose();
      },
    };
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  get queuedBytes(): number {
    return this.#channel?.queuedBytes ?? 0;
  }

  carry(channel: Channel): void {
    this.#channel = channel;
  }

  /** Says hello; a transport that opens already open has to be told. Idempotent. */
  greet(): void {
    if (this.#greeted) return;
    this.#greeted = true;
    this.send(this.owner.hello());
    for (const message of this.owner.greeting()) this.send(message);
  }

  send(message: Message): void {
    const bytes = encodeMessage(message);
    if (!this.#channel?.send(bytes)) return;
    this.sentBytes += bytes.length;
    if (message.type !== 'piece') this.controlBytesSent += bytes.length;
  }

  close(): void {
    this.#channel?.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.receivedBytes += bytes.length;
    const message = decodeMessage(bytes);
    if (!message) this.owner.onRubbish();
    else if (message.type === 'hello') this.#meet(message);
    else if (this.peerId !== null) this.owner.onMessage(message);
    else if (this.#early.length < MAX_EARLY) this.#early.push(message);
  }

  #meet(hello: Hello): void {
    const own = this.owner.hello();
    const fits =
      this.peerId === null &&
      hello.streamId === own.streamId &&
      hello.peerId !== own.peerId &&
      (hello.publicKey === null || belongsTo(own.streamId, hello.publicKey, this.owner.hash));
    if (!fits) {
      this.close();
      return;
    }
    this.peerId = hello.peerId;
    if (!this.owner.onHello(hello)) {
      this.close();
      return;
    }
    for (const message of this.#early.splice(0)) this.owner.onMessage(message);
  }
}
