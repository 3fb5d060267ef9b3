import { type Content, MAX_PART_BYTES } from '../core/room/content.ts';
import type { ProductDraft } from './room-view.ts';

/** What a product card says in the room: its picture in parts, right before the card itself. */
export function productEntries({ picture, ...text }: ProductDraft): Content[] {
  const parts: Content[] = [];
  for (let at = 0; picture && at < picture.length; at += MAX_PART_BYTES) {
    parts.push({ type: 'picture', bytes: picture.slice(at, at + MAX_PART_BYTES) });
  }
  return [...parts, { type: 'product', product: { ...text, parts: parts.length } }];
}
