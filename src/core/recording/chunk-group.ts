import { type ChunkHeader, decodeHeader } from '../chunk.ts';

/** A chunk exactly as it was published: the signed header, and the media whose pieces it speaks of. */
export interface RecordedChunk {
  readonly header: ChunkHeader;
  readonly bytes: Uint8Array;
}

/** A group that grows beyond this without a key chunk is closed, ms and bytes: so little is lost with the page. Chosen. */
const LONGEST_MS = 1_500;
const LARGEST_BYTES = 8 * 1024 * 1024;

/**
 * Gathers chunks into the groups that are written at once: each begins with a key chunk, about one a second, or goes on
 * with the one before where no key chunk comes.
 */
export class GroupGatherer {
  #open: RecordedChunk[] = [];
  #bytes = 0;

  /** Takes the next chunk; returns the group that this one closes, if it does. */
  take(chunk: RecordedChunk): readonly RecordedChunk[] | null {
    const first = this.#open[0];
    const isFull =
      first !== undefined &&
      (chunk.header.kind === 'key' ||
        chunk.header.captureMs - first.header.captureMs >= LONGEST_MS ||
        this.#bytes >= LARGEST_BYTES);
    const closed = isFull ? this.flush() : null;
    this.#open.push(chunk);
    this.#bytes += chunk.bytes.length;
    return closed;
  }

  /** What is open, however little; null when nothing is. */
  flush(): readonly RecordedChunk[] | null {
    const closed = this.#open;
    this.#open = [];
    this.#bytes = 0;
    return closed.length === 0 ? null : closed;
  }
}

/** A group as the database holds it: for each chunk the header's length in two bytes, the header, the media. */
export function packGroup(chunks: readonly RecordedChunk[]): Uint8Array {
  const length = chunks.reduce((sum, { header, bytes }) => sum + 2 + header.encoded.length + bytes.length, 0);
  const packed = new Uint8Array(length);
  let at = 0;
  for (const { header, bytes } of chunks) {
    packed[at] = header.encoded.length >>> 8;
    packed[at + 1] = header.encoded.length & 0xff;
    packed.set(header.encoded, at + 2);
    packed.set(bytes, at + 2 + header.encoded.length);
    at += 2 + header.encoded.length + bytes.length;
  }
  return packed;
}

/** Reads what `packGroup` wrote, as views on it; null when it is damaged. Signatures are not checked here. */
export function unpackGroup(packed: Uint8Array): RecordedChunk[] | null {
  const chunks: RecordedChunk[] = [];
  for (let at = 0; at < packed.length;) {
    const headerLength = (packed[at] ?? 0) * 256 + (packed[at + 1] ?? 0);
    const mediaAt = at + 2 + headerLength;
    const header = decodeHeader(packed.subarray(at + 2, mediaAt));
    if (header === null || mediaAt + header.byteLength > packed.length) return null;
    chunks.push({ header, bytes: packed.subarray(mediaAt, mediaAt + header.byteLength) });
    at = mediaAt + header.byteLength;
  }
  return chunks.length === 0 ? null : chunks;
}
