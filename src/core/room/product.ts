import type { ProductText } from './content.ts';
import { type EntryId, entryId } from './entry.ts';
import type { Reading } from './reading.ts';
import { isSmallJpeg } from './small-jpeg.ts';

/** What the host sells or shows just now. */
export interface Product extends ProductText {
  readonly id: EntryId;
  readonly isSoldOut: boolean;
  /** A JPEG of bounded size; null when there is none, or it didn't come whole. */
  readonly picture: Uint8Array | null;
}

/** The product card of a room, as the entries of who may put it there make it. */
export class Shelf {
  readonly #parts = new Map<EntryId, Uint8Array>();
  #shown: Omit<Product, 'picture' | 'isSoldOut'> | null = null;
  #isSoldOut = false;
  /** Where the parts of its picture are. */
  #places: readonly EntryId[] = [];

  /** @returns whether it is about the product */
  take({ entry, content }: Reading): boolean {
    const { id, client, clock } = entry;
    switch (content.type) {
      case 'picture':
        this.#parts.set(id, content.bytes);
        return true;
      case 'product': {
        const { product } = content;
        this.#isSoldOut = false;
        this.#shown = null;
        if (product === null || product.name === '') return true;
        const { parts, ...text } = product;
        this.#shown = { id, ...text };
        this.#places = Array.from({ length: parts }, (_, at) => entryId({ client, clock: clock - parts + at }));
        return true;
      }
      case 'sold-out':
        this.#isSoldOut = content.on;
        return true;
      default:
        return false;
    }
  }

  get product(): Product | null {
    return this.#shown && { ...this.#shown, isSoldOut: this.#isSoldOut, picture: this.#picture() };
  }

  #picture(): Uint8Array | null {
    const parts = this.#places.map((place) => this.#parts.get(place) ?? new Uint8Array());
    if (parts.length === 0 || parts.some(({ length }) => length === 0)) return null;
    const picture = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      picture.set(part, at);
      at += part.length;
    }
    return isSmallJpeg(picture) ? picture : null;
  }
}
