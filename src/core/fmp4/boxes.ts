/** What a box is made of: bytes, or numbers from 0 to 255. */
export type BoxPart = Uint8Array | readonly number[];

/** Big-endian integers as box parts. Values wrap at their width. */
export const u16 = (value: number): readonly number[] => [(value >>> 8) & 0xff, value & 0xff];
export const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value)];
/** Non-negative, below 2^53. */
export const u64 = (value: number): readonly number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value >>> 0)];
/** The characters' codes; ASCII only. */
export const ascii = (text: string): readonly number[] => Array.from(text, (character) => character.charCodeAt(0));
export const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);

/** Joins parts into one array. */
export function join(parts: readonly BoxPart[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** An ISO base media box: size, four-letter type, content. @see ISO/IEC 14496-12, 4.2 */
export function box(type: string, ...parts: readonly BoxPart[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  return join([u32(size), ascii(type), ...parts]);
}

/** A box with version (0 to 255) and 24 bits of flags. */
export function fullBox(type: string, version: number, flags: number, ...parts: readonly BoxPart[]): Uint8Array {
  return box(type, u32(version * 2 ** 24 + flags), ...parts);
}
