import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { decodeUtf8 } from 'lib0/string';
import { type ChunkHeader, decodeHeader, MAX_PIECE_BYTES, MAX_PIECES, STRIPES } from './chunk.ts';
import { PUBLIC_KEY_BYTES } from './identity.ts';

/** Version of everything on the wire; peers of different versions part at `hello`. */
export const PROTOCOL = 1;
/** A peer's name in one show: 16 hexadecimal digits, drawn anew by each page. */
export type PeerId = string;
const PEER_ID_BYTES = 8;
/** A depth that says "this stripe does not reach me". */
export const NO_DEPTH = 255;
/** Longest signal: session descriptions of data channels are about 1 KiB. */
export const MAX_SIGNAL_BYTES = 8 * 1024;
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
  /** Hops from the host, its deepest stripe; `NO_DEPTH` when it has none. */
  readonly depth: number;
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
  /** Viewers that hang on it in stripe 0, itself included: said to its stripe-0 parent only, 0 to others. */
  readonly below: number;
  /** Viewers of the whole show as far as it knows. */
  readonly viewers: number;
}

/** All that neighbours say to each other. */
export type Message =
  /** First on every channel; `publicKey` lets a newcomer check everything else against the stream id. */
  | { type: 'hello'; streamId: string; peerId: PeerId; host: boolean; relays: boolean; publicKey: Uint8Array | null }
  | ({ type: 'status' } & Status)
  /** Members to be introduced to; a door's answer to a newcomer, and gossip afterwards. */
  | { type: 'members'; members: readonly Member[] }
  /** `sentMs` is the asker's own clock; the answer carries it back. */
  | { type: 'ping'; sentMs: number }
  /** `hostMs`: the host's clock as far as known, with the error bound; NaN when unknown. */
  | { type: 'pong'; sentMs: number; hostMs: number; errorMs: number }
  /** "Push me this stripe." `spare`: slots the asker could serve in turn; `urgent`: it has no other source. */
  | { type: 'subscribe'; stripe: number; spare: number; urgent: boolean }
  | { type: 'unsubscribe'; stripe: number }
  | { type: 'subscribed'; stripe: number }
  /** No slot, or not any longer (`instead` took it, and has slots of its own). */
  | { type: 'refused'; stripe: number; free: number; instead: PeerId | null }
  | { type: 'piece'; hops: number; header: ChunkHeader; index: number; bytes: Uint8Array }
  /** "Send me these pieces of this chunk", once. No indices: all of them. */
  | { type: 'want'; chunk: ChunkName; indices: readonly number[] }
  /** "I don't have these." */
  | { type: 'lack'; chunk: ChunkName; indices: readonly number[] }
  /** Session description or candidate, carried by a common neighbour; `attempt` tells connection attempts apart. */
  | { type: 'signal'; from: PeerId; to: PeerId; attempt: number; data: string }
  /** The host's signed last word. */
  | { type: 'end'; header: ChunkHeader }
  /** "I have cut this one off": whoever feeds both knows that it is no way to me. */
  | { type: 'shun'; peerId: PeerId }
  | { type: 'bye' };

export type MessageType = Message['type'];

const TYPES = [
  'hello',
  'status',
  'members',
  'ping',
  'pong',
  'subscribe',
  'unsubscribe',
  'subscribed',
  'refused',
  'piece',
  'want',
  'lack',
  'signal',
  'end',
  'bye',
  'shun',
] as const satisfies readonly MessageType[];

/** More viewers or slots than this are neither said nor believed. */
const MAX_COUNT = 1_000_000;

/** Sums of what others claim may pass the bound: said as they are, they would make this peer look like a liar. */
function writeCount(encoder: encoding.Encoder, count: number, most = MAX_COUNT): void {
  encoding.writeVarUint(encoder, Math.min(count, most));
}

/** Whether the text is a peer's name. */
export const isPeerId = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

function writePeerId(encoder: encoding.Encoder, peerId: PeerId): void {
  for (let at = 0; at < PEER_ID_BYTES; at++) {
    encoding.writeUint8(encoder, Number.parseInt(peerId.slice(at * 2, at * 2 + 2), 16));
  }
}

function writeChunkName(encoder: encoding.Encoder, name: ChunkName): void {
  encoding.writeUint32(encoder, name.epochS);
  encoding.writeVarUint(encoder, name.sequence);
}

/** The bytes of a message. Values are the caller's own, so they are taken to be in bounds. */
export function encodeMessage(message: Message): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, TYPES.indexOf(message.type));
  switch (message.type) {
    case 'hello':
      encoding.writeVarUint(encoder, PROTOCOL);
      encoding.writeVarString(encoder, message.streamId);
      writePeerId(encoder, message.peerId);
      encoding.writeUint8(encoder, (message.host ? 1 : 0) | (message.relays ? 2 : 0) | (message.publicKey ? 4 : 0));
      if (message.publicKey) encoding.writeUint8Array(encoder, message.publicKey);
      break;
    case 'status':
      for (let stripe = 0; stripe < STRIPES; stripe++) encoding.writeUint8(encoder, message.depths[stripe] ?? NO_DEPTH);
      writeCount(encoder, message.free);
      writeCount(encoder, message.below);
      writeCount(encoder, message.viewers);
      encoding.writeUint8(encoder, message.newest ? 1 : 0);
      if (message.newest) {
        writeChunkName(encoder, message.newest);
        writeCount(encoder, message.newest.sinceKey, MAX_GROUP_CHUNKS);
      }
      break;
    case 'members':
      encoding.writeUint8(encoder, message.members.length);
      for (const { peerId, free, depth } of message.members) {
        writePeerId(encoder, peerId);
        writeCount(encoder, free);
        encoding.writeUint8(encoder, depth);
      }
      break;
    case 'ping':
      encoding.writeFloat64(encoder, message.sentMs);
      break;
    case 'pong':
      encoding.writeFloat64(encoder, message.sentMs);
      encoding.writeFloat64(encoder, message.hostMs);
      encoding.writeFloat32(encoder, message.errorMs);
      break;
    case 'subscribe':
      encoding.writeUint8(encoder, message.stripe);
      writeCount(encoder, message.spare);
      encoding.writeUint8(encoder, message.urgent ? 1 : 0);
      break;
    case 'unsubscribe':
    case 'subscribed':
      encoding.writeUint8(encoder, message.stripe);
      break;
    case 'refused':
      encoding.writeUint8(encoder, message.stripe);
      writeCount(encoder, message.free);
      encoding.writeUint8(encoder, message.instead === null ? 0 : 1);
      if (message.instead !== null) writePeerId(encoder, message.instead);
      break;
    case 'piece':
      encoding.writeUint8(encoder, message.hops);
      encoding.writeUint8(encoder, message.index);
      encoding.writeVarUint8Array(encoder, message.header.encoded);
      encoding.writeUint8Array(encoder, message.bytes);
      break;
    case 'want':
    case 'lack':
      writeChunkName(encoder, message.chunk);
      encoding.writeUint8(encoder, message.indices.length);
      for (const index of message.indices) encoding.writeUint8(encoder, index);
      break;
    case 'signal':
      writePeerId(encoder, message.from);
      writePeerId(encoder, message.to);
      encoding.writeUint32(encoder, message.attempt);
      encoding.writeVarString(encoder, message.data);
      break;
    case 'end':
      encoding.writeVarUint8Array(encoder, message.header.encoded);
      break;
    case 'shun':
      writePeerId(encoder, message.peerId);
      break;
    case 'bye':
      break;
  }
  return encoding.toUint8Array(encoder);
}

/** Bytes that a piece takes on the wire besides its payload. */
export const pieceOverhead = (header: ChunkHeader): number => header.encoded.length + 5;

/** Thrown while reading, and caught in `decodeMessage`: it never leaves this file. */
class Malformed extends Error {}

/** A bounded reader: each method throws `Malformed` rather than hand out a value that the protocol does not allow. */
class Reader {
  readonly #decoder: decoding.Decoder;

  constructor(private readonly bytes: Uint8Array) {
    this.#decoder = decoding.createDecoder(bytes);
  }

  byte(max = 255): number {
    const value = this.#decoder.pos < this.bytes.length ? decoding.readUint8(this.#decoder) : Number.NaN;
    if (!(value <= max)) throw new Malformed('byte');
    return value;
  }

  count(max: number): number {
    const value = decoding.readVarUint(this.#decoder);
    if (value > max) throw new Malformed('count');
    return value;
  }

  raw(length: number): Uint8Array {
    if (length > this.left) throw new Malformed('length');
    return decoding.readUint8Array(this.#decoder, length);
  }

  rest(max: number): Uint8Array {
    if (this.left > max) throw new Malformed('too long');
    return this.raw(this.left);
  }

  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.raw(4);
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }

  float64(): number {
    const bytes = this.raw(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
  }

  float32(): number {
    const bytes = this.raw(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0);
  }

  text(maxBytes: number): string {
    return decodeUtf8(this.raw(this.count(maxBytes)));
  }

  peerId(): PeerId {
    return Array.from(this.raw(PEER_ID_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  chunkName(): ChunkName {
    return { epochS: this.uint32(), sequence: this.count(2 ** 32 - 1) };
  }

  newest(): Newest {
    return { ...this.chunkName(), sinceKey: this.count(MAX_GROUP_CHUNKS) };
  }

  stripe(): number {
    return this.byte(STRIPES - 1);
  }

  indices(): number[] {
    const indices = Array.from({ length: this.byte(MAX_PIECES) }, () => this.byte(MAX_PIECES - 1));
    if (new Set(indices).size !== indices.length) throw new Malformed('repeated index');
    return indices;
  }

  header(): ChunkHeader {
    const header = decodeHeader(this.raw(this.count(2048)));
    if (!header) throw new Malformed('header');
    return header;
  }

  get left(): number {
    return this.bytes.length - this.#decoder.pos;
  }
}

function read(type: MessageType, reader: Reader): Message {
  switch (type) {
    case 'hello': {
      if (reader.count(2 ** 32) !== PROTOCOL) throw new Malformed('protocol');
      const streamId = reader.text(64);
      const peerId = reader.peerId();
      const flags = reader.byte(7);
      const publicKey = flags & 4 ? reader.raw(PUBLIC_KEY_BYTES) : null;
      return { type, streamId, peerId, host: (flags & 1) > 0, relays: (flags & 2) > 0, publicKey };
    }
    case 'status': {
      const depths = Array.from({ length: STRIPES }, () => reader.byte());
      const free = reader.count(MAX_COUNT);
      const below = reader.count(MAX_COUNT);
      const viewers = reader.count(MAX_COUNT);
      return { type, depths, free, below, viewers, newest: reader.byte(1) ? reader.newest() : null };
    }
    case 'members': {
      const member = (): Member => ({ peerId: reader.peerId(), free: reader.count(MAX_COUNT), depth: reader.byte() });
      return { type, members: Array.from({ length: reader.byte(MAX_MEMBERS) }, member) };
    }
    case 'ping':
      return { type, sentMs: reader.float64() };
    case 'pong':
      return { type, sentMs: reader.float64(), hostMs: reader.float64(), errorMs: reader.float32() };
    case 'subscribe':
      return { type, stripe: reader.stripe(), spare: reader.count(MAX_COUNT), urgent: reader.byte(1) === 1 };
    case 'unsubscribe':
    case 'subscribed':
      return { type, stripe: reader.stripe() };
    case 'refused': {
      const stripe = reader.stripe();
      const free = reader.count(MAX_COUNT);
      return { type, stripe, free, instead: reader.byte(1) ? reader.peerId() : null };
    }
    case 'piece': {
      const hops = reader.byte(NO_DEPTH - 1);
      const index = reader.byte(MAX_PIECES - 1);
      const header = reader.header();
      if (index >= header.pieces) throw new Malformed('index');
      return { type, hops, header, index, bytes: reader.rest(MAX_PIECE_BYTES) };
    }
    case 'want':
    case 'lack':
      return { type, chunk: reader.chunkName(), indices: reader.indices() };
    case 'signal': {
      const from = reader.peerId();
      const to = reader.peerId();
      return { type, from, to, attempt: reader.uint32(), data: reader.text(MAX_SIGNAL_BYTES) };
    }
    case 'end': {
      const header = reader.header();
      if (header.kind !== 'end') throw new Malformed('kind');
      return { type, header };
    }
    case 'shun':
      return { type, peerId: reader.peerId() };
    case 'bye':
      return { type };
  }
}

/** Reads a message from a neighbour; null for anything malformed, oversized, truncated or with bytes left over. */
export function decodeMessage(bytes: Uint8Array): Message | null {
  if (bytes.length > MAX_MESSAGE_BYTES) return null;
  try {
    const reader = new Reader(bytes);
    const type = TYPES[reader.byte()];
    if (type === undefined) return null;
    const message = read(type, reader);
    return reader.left === 0 ? message : null;
  } catch {
    return null; // Malformed, or lib0 at the end of the bytes
  }
}
