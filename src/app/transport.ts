import type { PeerId } from '../core/messages.ts';

/** What a link or a door tells its owner. Nothing is called after `onClose`. */
export interface ChannelListener {
  onOpen(): void;
  /** One whole message, at most 256 KiB. */
  onMessage(bytes: Uint8Array): void;
  /** The send queue ran low: more may be sent. */
  onDrained(): void;
  /** Called once, whoever closed it. */
  onClose(): void;
}

/** A two-way pipe for messages. */
export interface Channel {
  /** Bytes accepted by `send` that have not left yet. */
  readonly queuedBytes: number;
  /** Sends one message; false when the channel isn't open (any more). Never throws. */
  send(bytes: Uint8Array): boolean;
  /** Idempotent; leads to `onClose`. */
  close(): void;
}

/** A WebRTC data channel to one neighbour: reliable, unordered. */
export interface Link extends Channel {
  /** Hands over what the other side's `onSignal` said. A malformed signal closes the link. */
  signal(data: string): void;
}

export interface LinkListener extends ChannelListener {
  /** A session description or candidate (JSON, at most 16 KiB) for the other side, to be carried over the mesh. */
  onSignal(data: string): void;
}

/**
 * Makes links. The initiator begins to signal at once.
 * @param openMs until it must be open, ms; without it a time that suits signals which travel at once
 */
export type OpenLink = (initiator: boolean, listener: LinkListener, openMs?: number) => Link;

/** How the broker behind a door is doing; `fallback`: not the first of the list. */
export type DoorState = 'opening' | 'open' | 'fallback' | 'unreachable';

/** The door of a show that is over: of a viewer who has kept some of it. */
export const KEEPER = 'keeper';

/** A member's by its name, the host's (null), or `KEEPER`. */
export type Door = PeerId | null;

/** Whose page opens doors. */
export interface DoorOwner {
  readonly streamId: string;
  readonly peerId: PeerId;
  /** Then its door is the stream's own, else one under the peer's name. */
  readonly host: boolean;
}

/**
 * The ways into a show. What is said at a door is carried by the broker itself, whatever stands between the two: at most
 * `MAX_SIGNAL_BYTES` and a few more in one message, in order. All retrying (next broker, reconnect, reclaiming a name
 * that a frozen page still holds) happens inside.
 */
export interface Doors {
  /** Messages of strangers that were thrown away unread: malformed, too long, or too many. */
  readonly lettersDropped: number;
  /**
   * Holds this page's own door until closed. For each visitor `onVisitor` gets the open channel and the peer in whose
   * name it has registered at the broker (null: in nobody's), and returns who listens.
   */
  hold(
    onVisitor: (channel: Channel, registeredAs: PeerId | null) => ChannelListener,
    onState: (state: DoorState) => void,
  ): { close(): void };
  /** The same with the door of a show that is over, which one page at a time can hold. */
  keep(
    onVisitor: (channel: Channel, registeredAs: PeerId | null) => ChannelListener,
    onState: (state: DoorState) => void,
  ): { close(): void };
  /**
   * Knocks once at a door. What is sent goes out as soon as there is a way. `onOpen` when
   * the door answered; `onClose` when it didn't (nobody there), fell silent or closed. `onState` says whether a broker
   * could be reached at all.
   */
  knock(door: Door, listener: ChannelListener, onState: (state: DoorState) => void): Channel;
  /** Knocking is over for now: what it needed at the brokers is let go. */
  rest(): void;
  /** Leaves all brokers. */
  close(): void;
}

export type OpenDoors = (owner: DoorOwner) => Doors;
