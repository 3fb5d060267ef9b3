import { type ChunkHeader, HASH_BYTES, pieceLength, sameHeader, signedBytes, splitHeader } from './chunk.ts';
import type { Verification } from './identity.ts';

/** Verified headers kept to compare with (chosen: ten seconds of 100 ms chunks). */
const REMEMBERED = 100;

interface Remembered {
  readonly header: ChunkHeader;
  readonly valid: Promise<boolean>;
}

/**
 * Checks what comes from neighbours against the host's key: one signature a chunk, one hash a piece, before anything is
 * played, stored or passed on.
 */
export class Verifier {
  readonly #remembered = new Map<string, Remembered>();
  /** Checks under way: the pieces of a chunk come from several parents within a few milliseconds. */
  readonly #pending = new Set<Remembered>();

  constructor(
    private readonly streamId: string,
    private readonly publicKey: Uint8Array,
    private readonly crypto: Verification,
  ) {}

  /** Whether the host signed this header. Each is checked once; its copies are compared byte by byte. */
  header(header: ChunkHeader): Promise<boolean> {
    const key = `${header.epochS}:${header.sequence}`;
    const known = this.#remembered.get(key);
    if (known && sameHeader(known.header, header)) return known.valid;
    for (const pending of this.#pending) if (sameHeader(pending.header, header)) return pending.valid;
    const { signedPart, signature } = splitHeader(header.encoded);
    const valid = this.crypto.verify(signature, signedBytes(this.streamId, signedPart), this.publicKey);
    const entry = { header, valid };
    this.#pending.add(entry);
    return valid.then((good) => {
      this.#pending.delete(entry);
      // Only a good header may stay: a forged one must neither block nor push out the real one.
      if (good) this.#remember(key, entry);
      return good;
    });
  }

  /** Whether these are the bytes that the (verified) header speaks of. */
  piece(header: ChunkHeader, index: number, bytes: Uint8Array): boolean {
    if (bytes.length !== pieceLength(header, index)) return false;
    const actual = this.crypto.hash(bytes);
    for (let at = 0; at < HASH_BYTES; at++) {
      if (actual[at] !== header.hashes[index * HASH_BYTES + at]) return false;
    }
    return true;
  }

  #remember(key: string, entry: Remembered): void {
    this.#remembered.set(key, entry);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }
}
