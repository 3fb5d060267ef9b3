import * as encoding from 'lib0/encoding';
import { readRecords, writeRecords } from './census-wire.ts';
import { type ChunkHeader, MAX_PIECE_BYTES, MAX_PIECES, STRIPES } from './chunk.ts';
import { PUBLIC_KEY_BYTES } from './identity.ts';
import {
  type ChunkName,
  MAX_GROUP_CHUNKS,
  MAX_MEMBERS,
  MAX_PADDING_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_PATH,
  MAX_ROOM_BYTES,
  MAX_SIGNAL_BYTES,
  type Member,
  type Message,
  type MessageType,
  NO_DEPTH,
  PEER_ID_BYTES,
  type PeerId,
  PROTOCOL,
} from './messages.ts';
import { MAX_PAST_BYTES } from './past/past-wire.ts';
import { Malformed, Reader } from './wire-reader.ts';

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
  'census',
  'report',
  'room',
  'past',
  'begin',
] as const satisfies readonly MessageType[];

/** More viewers or slots than this are neither said nor believed. */
const MAX_COUNT = 1_000_000;

/** Highest number of a question: four hundred years of asking. */
const MAX_ROUND = 2 ** 32 - 1;

/** Sums of what others claim may pass the bound: said as they are, they would make this peer look like a liar. */
function writeCount(encoder: encoding.Encoder, count: number, most = MAX_COUNT): void {
  encoding.writeVarUint(encoder, Math.min(count, most));
}

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
      for (let stripe = 0; stripe < STRIPES; stripe++) {
        const below = message.below[stripe] ?? 0;
        writeCount(encoder, below);
        if (below > 0) writeCount(encoder, message.whole[stripe] ?? 0);
      }
      encoding.writeUint8(
        encoder,
        (message.newest ? 1 : 0) | (message.door ? 2 : 0) | (message.via.length > 0 ? 4 : 0),
      );
      if (message.newest) {
        writeChunkName(encoder, message.newest);
        writeCount(encoder, message.newest.sinceKey, MAX_GROUP_CHUNKS);
      }
      if (message.via.length > 0) {
        for (let stripe = 0; stripe < STRIPES; stripe++) encoding.writeUint16(encoder, message.via[stripe] ?? 0);
      }
      break;
    case 'members':
      encoding.writeUint8(encoder, message.members.length);
      for (const { peerId, free, depth, door } of message.members) {
        writePeerId(encoder, peerId);
        writeCount(encoder, free);
        encoding.writeUint8(encoder, depth);
        encoding.writeUint8(encoder, door ? 1 : 0);
      }
      break;
    case 'ping':
      encoding.writeFloat64(encoder, message.sentMs);
      encoding.writeVarUint8Array(encoder, new Uint8Array(message.padding));
      break;
    case 'pong':
      encoding.writeFloat64(encoder, message.sentMs);
      encoding.writeVarUint(encoder, message.padding);
      encoding.writeFloat64(encoder, message.heardMs);
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
      encoding.writeUint8(encoder, message.path.length);
      for (const mark of message.path) encoding.writeUint16(encoder, mark);
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
    case 'begin':
      encoding.writeUint8(
        encoder,
        message.stripes.reduce((bits, stripe) => bits | (1 << stripe), 0),
      );
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
    case 'census':
      encoding.writeVarUint(encoder, message.round);
      break;
    case 'report':
      encoding.writeVarUint(encoder, message.round);
      writeRecords(encoder, message.records);
      break;
    case 'room':
    case 'past':
      encoding.writeVarUint8Array(encoder, message.data);
      break;
    case 'bye':
      break;
  }
  return encoding.toUint8Array(encoder);
}

/** Bytes that a piece takes on the wire besides its payload. */
export const pieceOverhead = (header: ChunkHeader, hops: number): number => header.encoded.length + 5 + 2 * hops;

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
      const below: number[] = [];
      const whole: number[] = [];
      for (let stripe = 0; stripe < STRIPES; stripe++) {
        const count = reader.count(MAX_COUNT);
        below.push(count);
        whole.push(count > 0 ? Math.min(count, reader.count(MAX_COUNT)) : 0);
      }
      const flags = reader.byte(7);
      const newest = flags & 1 ? reader.newest() : null;
      const via = flags & 4 ? Array.from({ length: STRIPES }, () => reader.uint16()) : [];
      return { type, depths, free, below, whole, newest, door: (flags & 2) > 0, via };
    }
    case 'members': {
      const member = (): Member => ({
        peerId: reader.peerId(),
        free: reader.count(MAX_COUNT),
        depth: reader.byte(),
        door: reader.byte(1) === 1,
      });
      return { type, members: Array.from({ length: reader.byte(MAX_MEMBERS) }, member) };
    }
    case 'ping':
      return { type, sentMs: reader.float64(), padding: reader.raw(reader.count(MAX_PADDING_BYTES)).length };
    case 'pong':
      return {
        type,
        sentMs: reader.float64(),
        padding: reader.count(MAX_PADDING_BYTES),
        heardMs: reader.float64(),
        hostMs: reader.float64(),
        errorMs: reader.float32(),
      };
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
      const path = Array.from({ length: reader.byte(MAX_PATH) }, () => reader.uint16());
      const index = reader.byte(MAX_PIECES - 1);
      const header = reader.header();
      if (index >= header.pieces) throw new Malformed('index');
      return { type, path, header, index, bytes: reader.rest(MAX_PIECE_BYTES) };
    }
    case 'want':
    case 'lack':
      return { type, chunk: reader.chunkName(), indices: reader.indices() };
    case 'begin':
      return { type, stripes: reader.stripes() };
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
    case 'census':
      return { type, round: reader.count(MAX_ROUND) };
    case 'report':
      return { type, round: reader.count(MAX_ROUND), records: readRecords(reader) };
    case 'room':
      return { type, data: reader.raw(reader.count(MAX_ROOM_BYTES)) };
    case 'past':
      return { type, data: reader.raw(reader.count(MAX_PAST_BYTES)) };
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
