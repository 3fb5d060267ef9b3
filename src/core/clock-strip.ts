/**
 * The test pattern's clock, readable by machine: a row of black and white blocks along the bottom edge says when the
 * picture was drawn. Whoever samples it on a viewer's screen knows the delay from camera to screen.
 *
 * Blocks, left to right: sync 1, 0, 1, 0; the time's lowest 40 bits in milliseconds, highest first; the sum of its ten
 * nibbles modulo 16. White is 1. The strip is a fifteenth of the picture high.
 */
export const STRIP_BLOCKS = 48;
/** Height of the strip as a share of the picture's height. */
export const STRIP_SHARE = 1 / 15;

const SYNC = [true, false, true, false] as const;
const NIBBLES = 10;
const PERIOD_MS = 2 ** 40;

/** The blocks for a time (unix ms, an integer from 0): true is white. */
export function stripBits(unixMs: number): boolean[] {
  const nibbles = nibblesOf(Math.floor(unixMs) % PERIOD_MS);
  return [...SYNC, ...[...nibbles, checksum(nibbles)].flatMap(bitsOf)];
}

/**
 * Reads the strip from the lightness at the middle of each block, any scale, brighter is more.
 * @returns unix ms modulo 2^40, or null when that is no strip
 */
export function readStrip(luma: ArrayLike<number>): number | null {
  if (luma.length !== STRIP_BLOCKS) return null;
  const levels = Array.from(luma);
  const threshold = (Math.min(...levels) + Math.max(...levels)) / 2;
  const bits = levels.map((level) => level > threshold);
  if (SYNC.some((bit, index) => bits[index] !== bit)) return null;
  const nibbles = Array.from({ length: NIBBLES + 1 }, (_, index) => nibbleAt(bits, SYNC.length + index * 4));
  const time = nibbles.slice(0, NIBBLES);
  if (nibbles[NIBBLES] !== checksum(time)) return null;
  return time.reduce((sum, nibble) => sum * 16 + nibble, 0);
}

/** Milliseconds from the time in the strip (as `readStrip` returns it) to `nowMs` (unix ms); negative: from the future. */
export function stripAgeMs(stripMs: number, nowMs: number): number {
  const age = (nowMs - stripMs) % PERIOD_MS;
  return age > PERIOD_MS / 2 ? age - PERIOD_MS : age;
}

/** Where to sample a picture of this size, pixels: the middle of each block. */
export function stripSamplePoints(width: number, height: number): { x: number; y: number }[] {
  const y = Math.floor(height * (1 - STRIP_SHARE / 2));
  return Array.from({ length: STRIP_BLOCKS }, (_, index) => ({
    x: Math.floor(((index + 0.5) * width) / STRIP_BLOCKS),
    y,
  }));
}

const nibblesOf = (value: number): number[] =>
  Array.from({ length: NIBBLES }, (_, index) => Math.floor(value / 16 ** (NIBBLES - 1 - index)) % 16);

const checksum = (nibbles: readonly number[]): number => nibbles.reduce((sum, nibble) => sum + nibble, 0) % 16;

const bitsOf = (nibble: number): boolean[] => [8, 4, 2, 1].map((weight) => (nibble & weight) !== 0);

const nibbleAt = (bits: readonly boolean[], at: number): number =>
  bits.slice(at, at + 4).reduce((sum, bit) => sum * 2 + (bit ? 1 : 0), 0);
