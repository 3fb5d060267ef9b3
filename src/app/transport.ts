/** What a link or a door channel tells its owner. Nothing is called after `onClose`. */
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

/** Makes links. The initiator begins to signal at once. */
export type OpenLink = (initiator: boolean, listener: LinkListener) => Link;

/** How the broker behind a door is doing; `fallback`: not the first of the list. */
export type DoorState = 'opening' | 'open' | 'fallback' | 'unreachable';

/**
 * The way into a show: the broker introduces newcomers to whoever holds the door of its stream id.
 * All retrying (next broker, reconnect, reclaiming an id that a frozen page still holds) happens inside.
 */
export interface Doors {
  /**
   * Holds the door of a stream until closed. For each newcomer `onKnock` gets the open channel and returns who listens.
   */
  hold(
    streamId: string,
    onKnock: (channel: Channel) => ChannelListener,
    onState: (state: DoorState) => void,
  ): { close(): void };
  /**
   * Knocks once. `onOpen` when the door answered; `onClose` when it didn't (nobody there) or the channel ended.
   * `onState` says whether a broker could be reached at all.
   */
  knock(streamId: string, listener: ChannelListener, onState: (state: DoorState) => void): Channel;
  /** Lets go of the broker connection that knocking needed; the next knock makes a new one. */
  rest(): void;
}
