import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { encodeUtf8 } from 'lib0/string';
import { SIGNATURE_BYTES, type Signer, type Verification } from './identity.ts';
import type { MediaChunk } from './media-chunk.ts';

/** Pieces of a row that are cut from the chunk itself; any so many of its pieces make the row (chosen). */
export const DATA_STRIPES = 4;
/**
 * Stripes of a show: each viewer may have a different parent for each. One is parity, so that a parent who leaves, or a
 * packet that is late, costs nothing.
 * @see SplitStream (Castro et al., SOSP 2003) for stripes; Padmanabhan et al. (ICNP 2003) for redundancy over several trees
 */
export const STRIPES = DATA_STRIPES + 1;
/** Largest piece: 16 KiB messages gave the best throughput on Chrome's data channels (measured). */
export const MAX_PIECE_BYTES = 16 * 1024;
/** Most pieces of one chunk, parity included. */
export const MAX_PIECES = 80;
/** Largest chunk, 1 MiB (chosen: a 100 ms keyframe chunk at 20 Mbit/s fits). */
export const MAX_CHUNK_BYTES = (MAX_PIECES / STRIPES) * DATA_STRIPES * MAX_PIECE_BYTES;
/** Piece hashes are SHA-256 cut to 16 bytes: 128 bits against a second preimage. */
export const HASH_BYTES = 16;
/** Longest codecs string of a header. */
export const MAX_CODECS_CHARS = 64;
/** More viewers than this are neither said nor believed (chosen: a large town). */
export const MAX_VIEWERS = 1_000_000;
const MAX_HEADER_BYTES = 67 + MAX_CODECS_CHARS + MAX_PIECES * HASH_BYTES + SIGNATURE_BYTES;
const KINDS = ['delta', 'key', 'end'] as const;
/** Separates these signatures from any other use of the host's key. */
const SIGNING_CONTEXT = encodeUtf8('passaparola/chunk/1\n');

/** What the host says and signs about one chunk; it travels with each of its pieces. */
export interface ChunkHeader {
  /** `end` has no pieces: the host says that the show is over. */
  readonly kind: 'key' | 'delta' | 'end';
  /** Start of the host's encoding session, whole seconds since 1970; later sessions win. */
  readonly epochS: number;
  /** Counts from 0 within the epoch. */
  readonly sequence: number;
  /** Chunks since the latest key chunk: `sequence - sinceKey` is where a newcomer can begin. */
  readonly sinceKey: number;
  /** Milliseconds since the epoch's start. */
  readonly captureMs: number;
  readonly durationMs: number;
  readonly codecs: string;
  /** How many watch, as the host counts them: so the number comes with the picture, and nobody on the way can change it. */
  readonly viewers: number;
  /** Bytes of the whole chunk. */
  readonly byteLength: number;
  readonly pieces: number;
  /** `HASH_BYTES` for each piece. */
  readonly hashes: Uint8Array;
  /** The header as it travels: signed part, then signature. Relays pass it on as it is. */
  readonly encoded: Uint8Array;
}

/** A chunk as the mesh carries it. */
export interface CutChunk {
  readonly header: ChunkHeader;
  readonly pieces: readonly Uint8Array[];
}

/** Pieces that a chunk of so many bytes is cut into, rows of `STRIPES` each: as few as keep each piece small. */
export function pieceCount(byteLength: number): number {
  return Math.max(1, Math.ceil(byteLength / MAX_PIECE_BYTES / DATA_STRIPES)) * STRIPES;
}

/** Whether a piece is the parity of its row: the exclusive or of the others. */
export const isParity = (index: number): boolean => stripeOf(index) === DATA_STRIPES;

/** Pieces that make up a chunk, without parity. */
export const dataPieces = (pieces: number): number => (pieces / STRIPES) * DATA_STRIPES;

/** Where a piece lies in its chunk: [start, end) in bytes. The last ones may be short or empty. Parity lies nowhere. */
export function pieceRange(header: Pick<ChunkHeader, 'byteLength' | 'pieces'>, index: number): [number, number] {
  const size = Math.ceil(header.byteLength / dataPieces(header.pieces));
  const place = Math.floor(index / STRIPES) * DATA_STRIPES + stripeOf(index);
  return [Math.min(place * size, header.byteLength), Math.min((place + 1) * size, header.byteLength)];
}

/** Bytes of a piece; parity is as long as the first of its row, the longest. */
export function pieceLength(header: Pick<ChunkHeader, 'byteLength' | 'pieces'>, index: number): number {
  const [start, end] = pieceRange(header, isParity(index) ? index - DATA_STRIPES : index);
  return end - start;
}

/** The piece of a row that is not among these, of so many bytes: the exclusive or of all others. */
export function restorePiece(others: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const other of others) {
    const most = Math.min(length, other.length);
    for (let at = 0; at < most; at++) bytes[at] = (bytes[at] ?? 0) ^ (other[at] ?? 0);
  }
  return bytes;
}

/** The bytes of a whole chunk. */
export function joinPieces({ byteLength }: ChunkHeader, pieces: readonly (Uint8Array | null)[]): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (!piece || isParity(index)) continue;
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The stripe that carries a piece. */
export const stripeOf = (index: number): number => index % STRIPES;

/** What the host's signature covers. */
export function signedBytes(streamId: string, signedPart: Uint8Array): Uint8Array {
  const stream = encodeUtf8(`${streamId}\n`);
  const bytes = new Uint8Array(SIGNING_CONTEXT.length + stream.length + signedPart.length);
  bytes.set(SIGNING_CONTEXT);
  bytes.set(stream, SIGNING_CONTEXT.length);
  bytes.set(signedPart, SIGNING_CONTEXT.length + stream.length);
  return bytes;
}

/** The part of an encoded header that is signed, and the signature. */
export function splitHeader(encoded: Uint8Array): { signedPart: Uint8Array; signature: Uint8Array } {
  const cut = encoded.length - SIGNATURE_BYTES;
  return { signedPart: encoded.subarray(0, cut), signature: encoded.subarray(cut) };
}

type Unsigned = Omit<ChunkHeader, 'encoded'>;

function encodeSignedPart(header: Unsigned): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, KINDS.indexOf(header.kind));
  encoding.writeUint32(encoder, header.epochS);
  encoding.writeVarUint(encoder, header.sequence);
  encoding.writeVarUint(encoder, header.sinceKey);
  encoding.writeVarUint(encoder, Math.round(header.captureMs));
  encoding.writeVarUint(encoder, Math.round(header.durationMs));
  encoding.writeVarUint(encoder, Math.min(header.viewers, MAX_VIEWERS));
  encoding.writeVarUint(encoder, header.byteLength);
  encoding.writeVarString(encoder, header.codecs);
  encoding.writeUint8Array(encoder, header.hashes);
  return encoding.toUint8Array(encoder);
}

async function sign(header: Unsigned, streamId: string, signer: Signer): Promise<ChunkHeader> {
  const signedPart = encodeSignedPart(header);
  const signature = await signer.sign(signedBytes(streamId, signedPart));
  const encoded = new Uint8Array(signedPart.length + SIGNATURE_BYTES);
  encoded.set(signedPart);
  encoded.set(signature, signedPart.length);
  return { ...header, encoded };
}

/** What numbers a chunk within its show, and how many watched when it was made. */
export interface ChunkPlace {
  readonly streamId: string;
  readonly viewers: number;
  readonly epochS: number;
  readonly sequence: number;
  readonly sinceKey: number;
}

/**
 * Cuts and signs a chunk.
 * @throws RangeError when it is empty or larger than `MAX_CHUNK_BYTES`
 */
export async function cutChunk(
  media: MediaChunk,
  { streamId, ...place }: ChunkPlace,
  signer: Signer,
  hash: Verification['hash'],
): Promise<CutChunk> {
  const byteLength = media.bytes.length;
  const count = pieceCount(byteLength);
  if (byteLength === 0 || count > MAX_PIECES) throw new RangeError(`chunk of ${byteLength} bytes`);
  const shape = { byteLength, pieces: count };
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    pieces.push(
      isParity(index)
        ? restorePiece(pieces.slice(-DATA_STRIPES), pieceLength(shape, index))
        : media.bytes.subarray(...pieceRange(shape, index)),
    );
  }
  const hashes = new Uint8Array(count * HASH_BYTES);
  pieces.forEach((piece, index) => {
    hashes.set(hash(piece).subarray(0, HASH_BYTES), index * HASH_BYTES);
  });
  const { kind, captureMs, durationMs, codecs } = media;
  const header = { ...place, kind, captureMs, durationMs, codecs, byteLength, pieces: count, hashes };
  return { header: await sign(header, streamId, signer), pieces };
}

/** The host's last word: the show is over. */
export async function signEnd(
  { streamId, ...place }: ChunkPlace,
  captureMs: number,
  signer: Signer,
): Promise<ChunkHeader> {
  const nothing = { durationMs: 0, codecs: '', byteLength: 0, pieces: 0, hashes: new Uint8Array(0) };
  return sign({ ...place, kind: 'end', captureMs, ...nothing }, streamId, signer);
}

/**
 * Reads a header that came from a neighbour; null when it is malformed or out of bounds. The signature is not checked
 * here.
 */
export function decodeHeader(encoded: Uint8Array): ChunkHeader | null {
  if (encoded.length <= SIGNATURE_BYTES || encoded.length > MAX_HEADER_BYTES) return null;
  const { signedPart } = splitHeader(encoded);
  const decoder = decoding.createDecoder(signedPart);
  try {
    const kind = KINDS[decoding.readUint8(decoder)];
    const epochS = decoding.readUint32(decoder);
    const sequence = decoding.readVarUint(decoder);
    const sinceKey = decoding.readVarUint(decoder);
    const captureMs = decoding.readVarUint(decoder);
    const durationMs = decoding.readVarUint(decoder);
    const viewers = decoding.readVarUint(decoder);
    const byteLength = decoding.readVarUint(decoder);
    const codecsLength = decoding.peekVarUint(decoder);
    if (kind === undefined || codecsLength > MAX_CODECS_CHARS) return null;
    const codecs = decoding.readVarString(decoder);
    const hashes = decoding.readTailAsUint8Array(decoder);
    const pieces = kind === 'end' ? 0 : pieceCount(byteLength);
    const sane =
      sequence < 2 ** 32 &&
      sinceKey <= sequence &&
      captureMs < 2 ** 40 &&
      durationMs <= 10_000 &&
      viewers <= MAX_VIEWERS &&
      (kind === 'end' ? byteLength === 0 : byteLength > 0) &&
      (kind === 'key') === (sinceKey === 0 && kind !== 'end') &&
      pieces <= MAX_PIECES &&
      hashes.length === pieces * HASH_BYTES;
    if (!sane) return null;
    const timing = { epochS, sequence, sinceKey, captureMs, durationMs };
    return { kind, ...timing, codecs, viewers, byteLength, pieces, hashes, encoded };
  } catch {
    return null; // lib0 throws when the bytes run out
  }
}

/** Whether both are the very same signed header. */
export function sameHeader(a: ChunkHeader, b: ChunkHeader): boolean {
  if (a === b) return true;
  return a.encoded.length === b.encoded.length && a.encoded.every((byte, index) => byte === b.encoded[index]);
}
