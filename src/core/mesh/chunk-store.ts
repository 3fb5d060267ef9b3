import { type ChunkHeader, DATA_STRIPES, dataPieces, pieceLength, restorePiece, STRIPES, stripeOf } from '../chunk.ts';
import type { ChunkName, Newest, PeerId } from '../messages.ts';
import { WINDOW_CHUNKS } from './limits.ts';

/** A chunk on its way in, or whole. */
export interface StoredChunk {
  readonly header: ChunkHeader;
  readonly pieces: (Uint8Array | null)[];
  /** The way of each piece, this peer's mark included. */
  readonly paths: (readonly number[])[];
  /** When its first piece came. */
  readonly seenMs: number;
  /** Pieces that are needed yet: of each row all but one. */
  missing: number;
  /** Pieces that were made from the others of their row and have not come by themselves. */
  readonly restored: Set<number>;
  /** Pieces sent to a neighbour at its request. */
  readonly served: Map<PeerId, number>;
}

/**
 * The last seconds of the show: verified chunks, whole or growing, of the newest epoch. Bounded by `WINDOW_CHUNKS`.
 */
export class ChunkStore {
  readonly #chunks = new Map<number, StoredChunk>();
  /** Epoch of everything here; null before the first header. */
  epochS: number | null = null;
  /** Highest sequence of which anything came; -1 before. */
  newest = -1;
  /** When `newest` grew last. */
  newestMs = Number.NEGATIVE_INFINITY;
  /** First chunk that this peer needs: where the group of pictures that it joined in begins. */
  base = 0;
  #newestWhole: Newest | null = null;
  #bitsPerSecond: number | null = null;
  #measured = 0;

  /** @param recover makes the missing piece of a row from the others */
  constructor(private readonly recover = restorePiece) {}

  /** Newest chunk that is whole; null before. */
  get newestWhole(): Newest | null {
    return this.#newestWhole;
  }

  /** Rate of the show, bit/s: a slow average over its chunks; null before the first. */
  get bitsPerSecond(): number | null {
    return this.#bitsPerSecond;
  }

  get(name: ChunkName): StoredChunk | undefined {
    return name.epochS === this.epochS ? this.#chunks.get(name.sequence) : undefined;
  }

  at(sequence: number): StoredChunk | undefined {
    return this.#chunks.get(sequence);
  }

  /** Oldest sequence that is still of interest. */
  get oldest(): number {
    return Math.max(this.base, this.newest - WINDOW_CHUNKS + 1);
  }

  /** Whether a piece is needed, or why not. Asked before anything is verified, so it must be cheap. */
  judge(header: ChunkHeader, index: number): 'needed' | 'duplicate' | 'late' {
    if (this.epochS !== null && header.epochS < this.epochS) return 'late';
    if (header.epochS !== this.epochS) return 'needed';
    if (header.sequence < this.oldest) return 'late';
    const chunk = this.#chunks.get(header.sequence);
    return chunk?.pieces[index] ? 'duplicate' : 'needed';
  }

  /** Keeps a verified piece that `judge` called needed. Returns its chunk; `missing` is 0 when it is whole now. */
  add(header: ChunkHeader, index: number, bytes: Uint8Array, path: readonly number[], nowMs: number): StoredChunk {
    const chunk = this.#open(header, nowMs);
    chunk.pieces[index] = bytes;
    chunk.paths[index] = path;
    const row = index - stripeOf(index);
    const have = chunk.pieces.slice(row, row + STRIPES).filter((piece) => piece !== null).length;
    if (have <= DATA_STRIPES) chunk.missing -= 1;
    const whole = this.#newestWhole;
    if (chunk.missing === 0 && (whole?.epochS !== header.epochS || whole.sequence < header.sequence)) {
      const { epochS, sequence, sinceKey } = header;
      this.#newestWhole = { epochS, sequence, sinceKey };
    }
    return chunk;
  }

  /**
   * Makes and keeps the piece that is missing in the row of this one, if all others are here. Returns its index, else null.
   * Its way is the longest of theirs: it is no nearer to the host than they are.
   */
  restore(chunk: StoredChunk, index: number): number | null {
    const row = index - stripeOf(index);
    let gap = -1;
    const others: Uint8Array[] = [];
    let path: readonly number[] = [];
    for (let at = row; at < row + STRIPES; at++) {
      const piece = chunk.pieces[at];
      if (piece) {
        others.push(piece);
        const own = chunk.paths[at] ?? [];
        if (own.length > path.length) path = own;
      } else if (gap >= 0) return null;
      else gap = at;
    }
    if (gap < 0) return null;
    chunk.pieces[gap] = this.recover(others, pieceLength(chunk.header, gap));
    chunk.paths[gap] = path;
    chunk.restored.add(gap);
    return gap;
  }

  #open(header: ChunkHeader, nowMs: number): StoredChunk {
    if (header.epochS !== this.epochS) this.#begin(header);
    const known = this.#chunks.get(header.sequence);
    if (known) return known;
    const pieces = Array<Uint8Array | null>(header.pieces).fill(null);
    const paths = Array<readonly number[]>(header.pieces).fill([]);
    const chunk: StoredChunk = {
      header,
      pieces,
      paths,
      seenMs: nowMs,
      missing: dataPieces(header.pieces),
      restored: new Set(),
      served: new Map(),
    };
    this.#chunks.set(header.sequence, chunk);
    this.#measure(header);
    if (header.sequence > this.newest) {
      this.newest = header.sequence;
      this.newestMs = nowMs;
      for (const sequence of this.#chunks.keys()) if (sequence < this.oldest) this.#chunks.delete(sequence);
    }
    return chunk;
  }

  #begin(header: ChunkHeader): void {
    this.#chunks.clear();
    this.epochS = header.epochS;
    this.newest = -1;
    this.base = header.sequence - header.sinceKey;
  }

  /** Averages over about 30 chunks: three groups of pictures, so that a keyframe hardly shows. */
  #measure({ byteLength, durationMs }: ChunkHeader): void {
    if (durationMs <= 0) return;
    const now = (byteLength * 8000) / durationMs;
    this.#measured = Math.min(this.#measured + 1, 30);
    const before = this.#bitsPerSecond ?? now;
    this.#bitsPerSecond = before + (now - before) / this.#measured;
  }
}
