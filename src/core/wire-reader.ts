import * as decoding from 'lib0/decoding';
import { decodeUtf8 } from 'lib0/string';
import { type ChunkHeader, decodeHeader, MAX_PIECES, STRIPES } from './chunk.ts';
import { type ChunkName, MAX_GROUP_CHUNKS, type Newest, PEER_ID_BYTES, type PeerId } from './messages.ts';

/** Thrown while reading, and caught in `decodeMessage`: it goes no further. */
export class Malformed extends Error {}

/** A bounded reader: each method throws `Malformed` rather than hand out a value that the protocol does not allow. */
export class Reader {
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

  /** With a sign, and no further from 0 than that. */
  int(max: number): number {
    const value = decoding.readVarInt(this.#decoder);
    if (Math.abs(value) > max) throw new Malformed('int');
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

  uint16(): number {
    const [low = 0, high = 0] = this.raw(2);
    return low | (high << 8);
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

  /** A bit for each; none is as senseless as one that there isn't. */
  stripes(): number[] {
    const bits = this.byte(2 ** STRIPES - 1);
    if (bits === 0) throw new Malformed('no stripe');
    return Array.from({ length: STRIPES }, (_, stripe) => stripe).filter((stripe) => (bits & (1 << stripe)) > 0);
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
