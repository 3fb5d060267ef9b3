import type { ChunkHeader, CutChunk } from '../chunk.ts';
import type { Message, PeerId } from '../messages.ts';

/** What waits in a link's own queue, bytes. */
export interface LinkQueue {
  readonly peerId: PeerId;
  readonly bytes: number;
}

/** Messages as the mesh takes them: pieces and ends only after their signatures and hashes were checked. */
export type Input =
  /** Time passes. Due at `Mesh.dueMs` at the latest; earlier does no harm. */
  | { type: 'tick' }
  /** A link is open and its hello was checked. */
  | { type: 'link-open'; peerId: PeerId; host: boolean; relays: boolean }
  | { type: 'link-closed'; peerId: PeerId }
  /** A door channel to that peer, or from it (`visitor`), is open and its hello was checked. */
  | { type: 'door-open'; peerId: PeerId; visitor: boolean }
  | { type: 'door-closed'; peerId: PeerId }
  /** This viewer holds a door of its own at the broker, or no longer. */
  | { type: 'door-held'; held: boolean }
  /** This viewer lets people into a show that is over, or no longer. */
  | { type: 'door-kept'; kept: boolean }
  /** Nobody answered at the host's door. */
  | { type: 'door-failed' }
  /** Through a door: whoever speaks there has not shown that it is the neighbour of that name. */
  | { type: 'door-message'; from: PeerId; message: Message }
  | { type: 'message'; from: PeerId; message: Message }
  /** A neighbour sent something that no honest peer sends: a bad signature, or bytes that don't decode. */
  | { type: 'forged'; from: PeerId }
  /** A link that was being set up has something to say to its other end. */
  | { type: 'signal'; peerId: PeerId; attempt: number; data: string }
  /** What is in the queues of links, as the transport counts it. */
  | { type: 'queues'; queues: readonly LinkQueue[] }
  /** The host has a new chunk, or ends the show. */
  | { type: 'publish'; chunk: CutChunk }
  | { type: 'publish-end'; header: ChunkHeader }
  /** What the person allows: bit/s or null, and whether to pass on at all. */
  | { type: 'limits'; uplinkBps: number | null; relays: boolean }
  /** Of a host: the show's rate as it is meant, bit/s, whatever it has come down to. */
  | { type: 'wish'; bitsPerSecond: number }
  /** A neighbour that is to go for what it did elsewhere: in the room, say. */
  | { type: 'cut-off'; peerId: PeerId }
  /** This peer's room has something to say to a neighbour's. */
  | { type: 'room'; to: PeerId; data: Uint8Array }
  /** The same about a show that is over. */
  | { type: 'past'; to: PeerId; data: Uint8Array }
  /** The host looks at who feeds whom, or looks away. */
  | { type: 'look'; on: boolean }
  /** The page goes away. */
  | { type: 'leave' };

/** What the mesh wants done. */
export type Effect =
  /** Over the link to that neighbour, or over the door channel if there is no link; to `ANYONE`: at the host's door. */
  | { type: 'send'; to: PeerId; message: Message }
  | { type: 'connect'; peerId: PeerId; attempt: number; initiator: boolean }
  /** The link that was begun for `ANYONE` is one to that peer from now on. */
  | { type: 'adopt'; peerId: PeerId; attempt: number }
  | { type: 'signal'; peerId: PeerId; attempt: number; data: string }
  /** Close the link, or the attempt at one. */
  | { type: 'disconnect'; peerId: PeerId }
  /** Knock at the host's door (null), or at that member's: what is sent to a member's door goes out at once. */
  | { type: 'knock'; door: PeerId | null }
  /** Hold a door of this viewer's own, under its name. */
  | { type: 'hold-door' }
  /** The door is not needed any longer. */
  | { type: 'rest' }
  /** A visitor at this peer's door has stayed too long. */
  | { type: 'show-out'; peerId: PeerId }
  /** A chunk is whole (see `joinPieces`). Chunks may come out of order. */
  | { type: 'chunk'; header: ChunkHeader; pieces: readonly (Uint8Array | null)[] }
  | { type: 'ended'; epochS: number }
  /** A neighbour's room says something to this peer's. */
  | { type: 'room'; from: PeerId; data: Uint8Array }
  | { type: 'past'; from: PeerId; data: Uint8Array };

/** Figures for the diagnostics. */
export interface MeshCounters {
  mediaBytesReceived: number;
  piecesReceived: number;
  piecesDuplicate: number;
  piecesRepaired: number;
  /** Made from the others of their row, and those of them that came later all the same. */
  piecesRestored: number;
  piecesSpare: number;
  piecesLate: number;
  piecesForged: number;
  /** Messages on who feeds whom, sent while the host looks. */
  reportsSent: number;
  /** Neighbours cut off for what they sent. */
  peersCut: number;
}
