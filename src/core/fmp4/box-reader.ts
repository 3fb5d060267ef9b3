/** Where a box lies in its bytes. */
export interface FoundBox {
  readonly type: string;
  /** The whole box: [from, to). */
  readonly from: number;
  /** Where its content begins. */
  readonly content: number;
  readonly to: number;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes of content; 0 of no box. */
export const lengthOf = (box: FoundBox | undefined): number => (box ? box.to - box.content : 0);

/** The boxes of a stretch, up to the first that doesn't fit in. Sizes of 64 bits are not read: nothing here writes any. */
export function boxesIn(view: DataView, from: number, to: number): FoundBox[] {
  const boxes: FoundBox[] = [];
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at);
    if (size < 8 || size > to - at) break;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
    boxes.push({ type, from: at, content: at + 8, to: at + size });
    at += size;
  }
  return boxes;
}

/** The first box at the end of a way from box to box; undefined when there is none. */
export function boxAt(view: DataView, path: readonly string[], from: number, to: number): FoundBox | undefined {
  const [type, ...rest] = path;
  const box = boxesIn(view, from, to).find((found) => found.type === type);
  return box === undefined || rest.length === 0 ? box : boxAt(view, rest, box.content, box.to);
}
