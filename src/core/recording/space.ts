/** Below this the host is warned, hours: time enough to end well, or to make room. Chosen. */
const LOW_HOURS = 0.5;
/** What the browser says is free is not filled to the brim: a share is kept for everything else. Chosen. */
const USABLE_SHARE = 0.95;

/** Hours of a show that still fit; null when the browser doesn't say what is free. */
export function hoursLeft(freeBytes: number | null, bitsPerSecond: number): number | null {
  if (freeBytes === null || bitsPerSecond <= 0) return null;
  return (Math.max(0, freeBytes) * USABLE_SHARE * 8) / bitsPerSecond / 3600;
}

/** Whether that is worth a warning. */
export const isSpaceLow = (hours: number | null): boolean => hours !== null && hours < LOW_HOURS;
