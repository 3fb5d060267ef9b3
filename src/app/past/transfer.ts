import { PART_BYTES, type PastMessage } from '../../core/past/past-wire.ts';

type Part = Extract<PastMessage, { type: 'part' }>;

/** Something that comes in parts, in any order; what does not fit is no honest neighbour's. */
export class Transfer {
  readonly #parts = new Set<number>();
  #bytes: Uint8Array | null = null;

  /** @param isLength whether it may be so long, bytes */
  constructor(private readonly isLength: (total: number) => boolean) {}

  /** False for a part that does not fit. */
  take({ at, total, bytes }: Part): boolean {
    if (this.#bytes === null && this.isLength(total)) this.#bytes = new Uint8Array(total);
    const fits =
      this.#bytes?.length === total &&
      at % PART_BYTES === 0 &&
      bytes.length === Math.min(PART_BYTES, total - at) &&
      !this.#parts.has(at);
    if (!fits) return false;
    this.#bytes?.set(bytes, at);
    this.#parts.add(at);
    return true;
  }

  /** All of it; null while parts are missing. */
  get whole(): Uint8Array | null {
    return this.#bytes && this.#parts.size === Math.ceil(this.#bytes.length / PART_BYTES) ? this.#bytes : null;
  }
}
