/** Draws from [0, 1). */
export type Random = () => number;

/** A small seeded generator of [0, 1). @see Tommy Ettinger's Mulberry32 */
export function mulberry32(seed: number): Random {
  // With a sign: such numbers need no box, and everyone draws many times a second.
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state);
  };
}

function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** What is drawn once for a pair and remembered by nobody: a number in [0, 1) from both their numbers, in any order. */
export function ofPair(a: number, b: number, seed: number, purpose: number): number {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  let hash = Math.imul(low + 1, 0x9e3779b1) ^ Math.imul(high + 1, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ Math.imul(seed + 1, 0xc2b2ae3d) ^ Math.imul(purpose, 0x27d4eb2f);
  return mix(mix(hash >>> 0) * 2 ** 32);
}

/** A standard normal value from two draws. @see Box and Muller (1958) */
export const normal = (one: number, other: number): number =>
  Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other);
