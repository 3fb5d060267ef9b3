/** Widest and highest picture that is shown, pixels (chosen: twice what a card on a phone needs). */
export const MAX_PICTURE_SIDE = 512;

const START = 0xffd8;
/** Frames of baseline and progressive JPEG, which state the size. @see ITU T.81, table B.1 */
const FRAMES = [0xffc0, 0xffc1, 0xffc2];

/**
 * Whether these bytes begin as a JPEG of a bounded size, so that whoever decodes them needs bounded memory: a few
 * kilobytes can claim to be a picture of 65,535 × 65,535.
 */
export function isSmallJpeg(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== START) return false;
  for (let at = 2; at + 9 <= bytes.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (FRAMES.includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return width > 0 && height > 0 && width <= MAX_PICTURE_SIDE && height <= MAX_PICTURE_SIDE;
    }
    if (marker >> 8 !== 0xff) return false;
  }
  return false;
}
