/** Media is handed over in portions of this, bytes (chosen: few calls, little memory). */
export const PORTION_BYTES = 2 * 1024 * 1024;

/**
 * Gathers small pieces and hands them over in large ones, always out of the same memory: a file of gigabytes passes here,
 * and what is thrown away is collected late.
 */
export class Portion {
  readonly #bytes = new Uint8Array(PORTION_BYTES);
  /** Bytes that are not handed over yet. */
  waiting = 0;

  /** @param write what it is given is its own until it resolves */
  constructor(private readonly write: (bytes: Uint8Array) => Promise<void>) {}

  /** @param skip bytes of the pieces, from the first on, that are left out */
  async add(pieces: readonly Uint8Array[], skip: number): Promise<void> {
    let left = skip;
    for (const piece of pieces) {
      let rest = piece.subarray(Math.min(left, piece.length));
      left -= piece.length - rest.length;
      while (rest.length > 0) {
        const now = rest.subarray(0, PORTION_BYTES - this.waiting);
        this.#bytes.set(now, this.waiting);
        this.waiting += now.length;
        rest = rest.subarray(now.length);
        if (this.waiting === PORTION_BYTES) await this.flush();
      }
    }
  }

  /** Hands over what waits. */
  async flush(): Promise<void> {
    if (this.waiting === 0) return;
    await this.write(this.#bytes.subarray(0, this.waiting));
    this.waiting = 0;
  }
}
