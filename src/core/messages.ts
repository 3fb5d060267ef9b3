import type { ChunkHeader } from './chunk.ts';
import { MAX_PIECE_BYTES, STRIPES } from './chunk.ts';

/** Version of everything on the wire; peers of different versions part at `hello`. */
export const PROTOCOL = 11;
/** A peer's name in one show: 16 hexadecimal digits, drawn anew by each page. */
export type PeerId = string;
export const PEER_ID_BYTES = 8;
/** A depth that says "this stripe does not reach me". */
export const NO_DEPTH = 255;
/** Longest way of a piece that is told; a longer one is cut at its beginning (chosen: twice what crowds need). */
export const MAX_PATH = 32;
/** Names in the census are cut short: they are for a picture, and there are many of them. */
export type ShortId = string;
export const SHORT_ID_BYTES = 4;
/** Viewers that the host sees at most when it looks at who feeds whom, and in one message (chosen). */
export const MAX_CENSUS = 600;
export const MAX_REPORTED = 64;
/** Longest signal: session descriptions of data channels are about 1 KiB. */
export const MAX_SIGNAL_BYTES = 8 * 1024;
/** Bytes behind a question about the way, at most: what a new link's first window lets out at once. */
export const MAX_PADDING_BYTES = 12_000;
/** Longest message between the rooms of two neighbours: a signal and what says so. */
export const MAX_ROOM_BYTES = MAX_SIGNAL_BYTES + 64;
/** Most members named in one message. */
export const MAX_MEMBERS = 16;
/** Most chunks in a group of pictures that are believed and fetched at joining (chosen: three seconds). */
export const MAX_GROUP_CHUNKS = 30;
/** Longest message there is: a full piece with the longest header. */
export const MAX_MESSAGE_BYTES = MAX_PIECE_BYTES + 2048;

/** A member that a neighbour knows, so that others can ask for an introduction. */
export interface Member {
  readonly peerId: PeerId;
  /** Stripe slots it could still serve. */
  readonly free: number;
  /** Hops from the host in the stripe that it mainly passes on; `NO_DEPTH` when it lacks that one. */
  readonly depth: number;
  /** It holds a door of its own at the broker, under its name: anyone may call it there. */
  readonly door: boolean;
}

/** Names a chunk. */
export interface ChunkName {
  readonly epochS: number;
  readonly sequence: number;
}

/** The newest chunk that a peer has whole, and where its group of pictures begins. */
export interface Newest extends ChunkName {
  /** Chunks since the latest key chunk. */
  readonly sinceKey: number;
}

/** What one peer says of itself, twice a second and whenever it changes. */
export interface Status {
  /** Hops from the host, by stripe. */
  readonly depths: readonly number[];
  /** Stripe slots it could still serve; 0 for those that do not relay. */
  readonly free: number;
  readonly newest: Newest | null;
  /** By stripe, viewers that hang on it, itself included: said to its parent in that stripe only, 0 to others. */
  readonly below: readonly number[];
  /** By stripe, those of them to whom the show comes whole and in time. */
  readonly whole: readonly number[];
  /** It holds a door of its own at the broker. */
  readonly door: boolean;
  /** Said to hosts only: by stripe, the mark of the host's child by whom it comes, or of the speaker itself; else empty. */
  readonly via: readonly number[];
}

/** What a viewer says of its place while the host looks. */
export interface CensusRecord {
  readonly id: ShortId;
  /** By stripe. */
  readonly parents: readonly (ShortId | null)[];
  /** Hops from the host, by stripe. */
  readonly depths: readonly number[];
  /** Media that it passes on, bit/s. */
  readonly sentBps: number;
}

/** All that neighbours say to each other. */
export type Message =
  /** First on every channel; `publicKey` lets a newcomer check everything else against the stream id. */
  | { type: 'hello'; streamId: string; peerId: PeerId; host: boolean; relays: boolean; publicKey: Uint8Array | null }
  | ({ type: 'status' } & Status)
  /** Members to be introduced to; a door's answer to a newcomer, and gossip afterwards. */
  | { type: 'members'; members: readonly Member[] }
  /** `sentMs` is the asker's own clock; the answer carries it back. `padding`: bytes behind it that only take time. */
  | { type: 'ping'; sentMs: number; padding: number }
  /**
   * `padding`: as the question had it; `heardMs`: when it came, by the clock of whoever answers; `hostMs`: the host's clock as far as known, with
   * the error bound; NaN when unknown.
   */
  | { type: 'pong'; sentMs: number; padding: number; heardMs: number; hostMs: number; errorMs: number }
  /** "Push me this stripe." `spare`: children that the asker could feed in it; `urgent`: it has no other source. */
  | { type: 'subscribe'; stripe: number; spare: number; urgent: boolean }
  | { type: 'unsubscribe'; stripe: number }
  | { type: 'subscribed'; stripe: number }
  /** No slot, or not for much longer. `instead` is somebody to ask: who took the place, or one who has room. */
  | { type: 'refused'; stripe: number; free: number; instead: PeerId | null }
  /** `path`: the marks of the viewers that passed it on, the first one first; empty from the host itself. */
  | { type: 'piece'; path: readonly number[]; header: ChunkHeader; index: number; bytes: Uint8Array }
  /** "Send me these pieces of this chunk", once. No indices: all of them. */
  | { type: 'want'; chunk: ChunkName; indices: readonly number[] }
  /**
   * "Send me the key chunk of what is on air, these stripes of it": right behind the hello, by one that has nothing and can't
   * name a chunk yet. At least one stripe, none twice.
   */
  | { type: 'begin'; stripes: readonly number[] }
  /** "I don't have these." */
  | { type: 'lack'; chunk: ChunkName; indices: readonly number[] }
  /**
   * Session description or candidate, carried by a common neighbour; `attempt` tells connection attempts apart. One that
   * comes along with a knock is for `ANYONE`: the host answers.
   */
  | { type: 'signal'; from: PeerId; to: PeerId; attempt: number; data: string }
  /** The host's signed last word. */
  | { type: 'end'; header: ChunkHeader }
  /** "I have cut this one off": whoever feeds both knows that it is no way to me. */
  | { type: 'shun'; peerId: PeerId }
  /** The host looks at who feeds whom: down the tree of stripe 0, and the answers back up. `round` counts the questions. */
  | { type: 'census'; round: number }
  | { type: 'report'; round: number; records: readonly CensusRecord[] }
  /** From room to room: the mesh carries it to the neighbour and reads nothing of it. */
  | { type: 'room'; data: Uint8Array }
  /** On a show that is over: carried like the room's words. @see `core/past/past-wire.ts` */
  | { type: 'past'; data: Uint8Array }
  | { type: 'bye' };

export type MessageType = Message['type'];

/**
 * The stripe that a viewer mainly passes on: inner place in one tree, leaf in the others, so that all trees stay shallow.
 * @see SplitStream (Castro et al., SOSP 2003): interior-disjoint trees, and its stripes by the digits of node names
 */
export const mainStripeOf = (peerId: PeerId): number => markOf(peerId) % STRIPES;

/** A peer's mark in the paths of pieces: 16 bits of its name. Two with the same mark only refuse each other as parents. */
export const markOf = (peerId: PeerId): number => Number.parseInt(peerId.slice(0, 4), 16);

export const shortOf = (peerId: PeerId): ShortId => peerId.slice(0, SHORT_ID_BYTES * 2);

/** Stands in a call for "whoever takes it": nobody's name. */
export const ANYONE: PeerId = '0'.repeat(PEER_ID_BYTES * 2);

/** Whether the text is a peer's name. */
export const isPeerId = (text: string): boolean => /^[0-9a-f]{16}$/.test(text) && text !== ANYONE;
