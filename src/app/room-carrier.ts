import type { RawUpdate } from '../core/room/filter.ts';
import type { PlacedEntry } from '../core/room/update-wire.ts';
import type { PeerId } from '../core/messages.ts';

/** What the chat connections tell the room. Nothing is called after `Carrier.close`. */
export interface CarrierListener {
  /** A session description or candidate (JSON, at most 8 KiB) for that neighbour, to be carried over the mesh. */
  onSignal(peerId: PeerId, data: string): void;
  onOpen(peerId: PeerId): void;
  /** Once for each `connect`, whoever closed it; not for `disconnect`. */
  onClose(peerId: PeerId): void;
  /** Decoded and nothing more. `asked`: an answer to `ask`. */
  onUpdate(peerId: PeerId, update: RawUpdate, asked: boolean): void;
  /** Bytes that no honest neighbour sends. */
  onHostile(peerId: PeerId): void;
}

/** The document and its connections. What comes in goes to the listener; only what `add` brings gets in. */
export interface Carrier {
  /** Opens a chat connection to a mesh neighbour; the other side has to do so as well, and one of the two initiates. */
  connect(peerId: PeerId, initiator: boolean): void;
  signal(peerId: PeerId, data: string): void;
  disconnect(peerId: PeerId): void;
  /** Asks for everything that is not here, or for all that there is. */
  ask(peerId: PeerId, whole: boolean): void;
  /** Adds admitted entries, each client's in order, and passes them on to everybody connected. */
  add(entries: readonly PlacedEntry[]): void;
  close(): void;
}

/** @param client the Yjs client under which this page writes */
export type OpenCarrier = (client: number, listener: CarrierListener) => Carrier;
