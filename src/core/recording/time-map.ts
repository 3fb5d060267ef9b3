/** A hole in the show that is longer than this is left out of the recording, ms; a shorter one stays a still picture. Chosen. */
const LONGEST_HOLE_MS = 2_000;

/** Where a recording stands: how the host's timeline becomes its own, which runs on from 0 without long holes. */
export interface TimeMap {
  /** The host's encoding session, whole seconds since 1970. */
  readonly epochS: number;
  /** Add this to a capture time of that epoch, whole ms. */
  readonly shiftMs: number;
  /** Where the recording ends so far, ms. */
  readonly endMs: number;
}

/** What comes next on the host's timeline: ms since its epoch. */
export interface Stretch {
  readonly epochS: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Puts the next stretch of a show behind what is recorded: as it follows by the host's clock, or, after a long hole or
 * the return of the host, at the end.
 * @param map null before anything is recorded
 */
export function placeStretch(map: TimeMap | null, { epochS, fromMs, toMs }: Stretch): TimeMap {
  const holeMs = map?.epochS !== epochS ? null : fromMs + map.shiftMs - map.endMs;
  const follows = holeMs !== null && holeMs <= LONGEST_HOLE_MS && holeMs >= -LONGEST_HOLE_MS;
  const endMs = map?.endMs ?? 0;
  const shiftMs = map !== null && follows ? map.shiftMs : Math.ceil(endMs - fromMs);
  return { epochS, shiftMs, endMs: Math.max(endMs, toMs + shiftMs) };
}

/** A part of a recording that lies on one timeline of the host, in order of recording. */
export interface Take {
  readonly epochS: number;
  readonly shiftMs: number;
  /** In the recording, ms. */
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * When something happened, in the recording: what lies in a hole is put to where the hole was.
 * @param unixMs by the host's clock
 * @returns ms from the recording's start; null when it was before or after it
 */
export function recordedMs(takes: readonly Take[], unixMs: number): number | null {
  let placed: number | null = null;
  for (const { epochS, shiftMs, startMs, endMs } of takes) {
    const atMs = unixMs - epochS * 1000 + shiftMs;
    if (atMs < startMs) continue;
    placed = Math.min(atMs, endMs);
  }
  return placed;
}
