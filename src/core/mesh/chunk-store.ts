import { type ChunkHeader, DATA_STRIPES, dataPieces, pieceLength, restorePiece, STRIPES, stripeOf } from '../chunk.ts';
import type { ChunkName, Newest, PeerId } from '../messages.ts';
import { DESIGN } from './design.ts';
import { MAX_SERVED, NEVER_MS, WINDOW_CHUNKS } from './limits.ts';

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
  readonly restored: number[];
  /** Pieces sent to a neighbour at its request; null until the first one, for there are many chunks. */
  served: Map<PeerId, number> | null;
}

/**
 * The last seconds of the show: verified chunks, whole or growing, of the newest epoch. Bounded by `WINDOW_CHUNKS`.
 */
export class ChunkStore {
  /** A ring: each at its sequence modulo its length. What lies behind `oldest` is overwritten in time. */
  readonly #chunks = Array<StoredChunk | null>(WINDOW_CHUNKS).fill(null);
  /** Epoch of everything here; null before the first header. */
  epochS: number | null = null;
  /** Highest sequence of which anything came; -1 before. */
  newest = -1;
  /** How many watch, as the host says in the newest chunk; null before the first. */
  viewers: number | null = null;
  /** When `newest` grew last. */
  newestMs = NEVER_MS;
  /** Where the group of pictures begins that this peer joined in: what came before is of no interest. */
  base = 0;
  /** The first chunk that it needs: late in a group what came before is not fetched any more. */
  first = 0;
  #newestWhole: Newest | null = null;
  #bitsPerSecond: number | null = null;
  #measured = 0;

  /**
   * @param recover makes the missing piece of a row from the others
   * @param joinedChunks later in a group of pictures its beginning is not fetched any more
   */
  constructor(
    private readonly recover = restorePiece,
    private readonly joinedChunks = DESIGN.joinedChunks,
  ) {}

  /** Newest chunk that is whole; null before. */
  get newestWhole(): Newest | null {
    return this.#newestWhole;
  }

  /**
   * The key chunk with which one begins who comes now: that of the newest group of which anything is here. Late in a group it is
   * the next one, which is here as soon as what is left of this one would be: null.
   */
  get keyOnAir(): number | null {
    const whole = this.#newestWhole;
    const header = this.at(this.newest)?.header;
    if (!whole || !header) return null;
    const key = header.sequence - header.sinceKey;
    if (key > whole.sequence) return key;
    // What is whole counts, for that is what others hear.
    return whole.sinceKey > this.joinedChunks ? null : whole.sequence - whole.sinceKey;
  }

  /** Rate of the show, bit/s: a slow average over its chunks; null before the first. */
  get bitsPerSecond(): number | null {
    return this.#bitsPerSecond;
  }

  get(name: ChunkName): StoredChunk | undefined {
    return name.epochS === this.epochS ? this.at(name.sequence) : undefined;
  }

  at(sequence: number): StoredChunk | undefined {
    const chunk = this.#chunks[sequence % WINDOW_CHUNKS];
    return chunk?.header.sequence === sequence && sequence > this.newest - WINDOW_CHUNKS ? chunk : undefined;
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
    return this.at(header.sequence)?.pieces[index] ? 'duplicate' : 'needed';
  }

  /**
   * The same for whoever checks pieces: what is from just before this peer's beginning is not kept, but who forges it is to be
   * found out.
   */
  judgeForCheck(header: ChunkHeader, index: number): 'needed' | 'duplicate' | 'late' {
    const verdict = this.judge(header, index);
    const isRecent = header.epochS === this.epochS && header.sequence > this.newest - WINDOW_CHUNKS;
    return verdict === 'late' && isRecent ? 'needed' : verdict;
  }

  /** Keeps a verified piece that `judge` called needed. Returns its chunk; `missing` is 0 when it is whole now. */
  add(header: ChunkHeader, index: number, bytes: Uint8Array, path: readonly number[], nowMs: number): StoredChunk {
    const chunk = this.#open(header, nowMs);
    chunk.pieces[index] = bytes;
    chunk.paths[index] = path;
    const row = index - stripeOf(index);
    let have = 0;
    for (let at = row; at < row + STRIPES; at++) if (chunk.pieces[at]) have += 1;
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
    const gap = this.#onlyGap(chunk, row);
    if (gap === null) return null;
    const others: Uint8Array[] = [];
    let path: readonly number[] = [];
    for (let at = row; at < row + STRIPES; at++) {
      const piece = chunk.pieces[at];
      if (!piece) continue;
      others.push(piece);
      const own = chunk.paths[at] ?? [];
      if (own.length > path.length) path = own;
    }
    chunk.pieces[gap] = this.recover(others, pieceLength(chunk.header, gap));
    chunk.paths[gap] = path;
    chunk.restored.push(gap);
    return gap;
  }

  /** Of a piece that came although it is here: whether it had been made from the others. Each counts once. */
  isSpare({ restored }: StoredChunk, index: number): boolean {
    const at = restored.indexOf(index);
    if (at >= 0) restored.splice(at, 1);
    return at >= 0;
  }

  /** Counts a piece that a neighbour asks for; false once it has had the chunk often enough. */
  mayServe(chunk: StoredChunk, to: PeerId): boolean {
    chunk.served ??= new Map();
    const served = (chunk.served.get(to) ?? 0) + 1;
    if (served > MAX_SERVED * chunk.pieces.length) return false;
    chunk.served.set(to, served);
    return true;
  }

  /** The piece that a row lacks; null when it lacks none or several. */
  #onlyGap({ pieces }: StoredChunk, row: number): number | null {
    let gap: number | null = null;
    for (let at = row; at < row + STRIPES; at++) {
      if (pieces[at]) continue;
      if (gap !== null) return null;
      gap = at;
    }
    return gap;
  }

  #open(header: ChunkHeader, nowMs: number): StoredChunk {
    if (header.epochS !== this.epochS) this.#begin(header);
    const known = this.at(header.sequence);
    if (known) return known;
    const pieces = Array<Uint8Array | null>(header.pieces).fill(null);
    const paths = Array<readonly number[]>(header.pieces).fill([]);
    const chunk: StoredChunk = {
      header,
      pieces,
      paths,
      seenMs: nowMs,
      missing: dataPieces(header.pieces),
      restored: [],
      served: null,
    };
    this.#chunks[header.sequence % WINDOW_CHUNKS] = chunk;
    this.#measure(header);
    if (header.sequence > this.newest) {
      this.newest = header.sequence;
      this.newestMs = nowMs;
      this.viewers = header.viewers;
    }
    return chunk;
  }

  #begin(header: ChunkHeader): void {
    this.#chunks.fill(null);
    this.epochS = header.epochS;
    this.newest = -1;
    this.base = header.sequence - header.sinceKey;
    this.first = header.sinceKey > this.joinedChunks ? header.sequence : this.base;
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
