/** What remains of the rate when an encoder proves too slow; its pictures become smaller at the same time. Chosen. */
export const EASED_RATE_SHARE = 0.6;

/** Below this a picture says nothing any more, bit/s. Chosen. */
export const LOWEST_BITRATE = 150_000;
/** Media that waits longer than this in the send queues is a jam, ms. Chosen: what a viewer would see as late. */
const JAM_MS = 300;
/** The uplink must carry this much more than the show, or it jams at the next keyframe. */
const NEEDED_HEADROOM = 1.1;
/** After falling to a measured uplink this much stays free, so that the next look doesn't call for another fall. Chosen. */
const LEFT_HEADROOM = 1.15;
/** A larger share of lost frames than this is trouble. Chosen. */
const TOLERATED_DROPS = 0.05;
/** What remains of the rate at each fall. Chosen: two falls halve it. */
const FALL = 0.7;
/** Falls are at least this far apart, ms: the last one must be able to show its effect. */
const FALL_INTERVAL_MS = 1000;
/** Calm before the rate rises again, ms, and the rise of each second after it. */
const CALM_MS = 5000;
const RISE_PER_SECOND = 0.05;

/** What the host's uplink looks like now. */
export interface UplinkReport {
  /** What the host asked for, video and audio together, bit/s. */
  readonly wishBps: number;
  /** Measured capacity for one copy of the show, bit/s; null while unknown. */
  readonly uplinkBps: number | null;
  /** The most that the crowd passes on, bit/s; infinite while it is not short of lines. */
  readonly crowdBps: number;
  /** Time that the send queues need to empty, ms. */
  readonly backlogMs: number;
  /** Frames or chunks given up lately, 0 to 1. */
  readonly droppedShare: number;
}

/** What the decision remembers. */
export interface BitrateState {
  /** The rate to encode at, bit/s. */
  readonly targetBps: number;
  readonly lastFallMs: number;
  readonly lastTroubleMs: number;
  /** When the target was last looked at, ms. */
  readonly lastMs: number;
}

/** Begins at the wish. */
export function startBitrate(wishBps: number, nowMs: number): BitrateState {
  return { targetBps: wishBps, lastFallMs: -Infinity, lastTroubleMs: -Infinity, lastMs: nowMs };
}

/**
 * Decides the bit rate: falls quickly when the uplink can't keep up, returns slowly when it can again. Call it a few
 * times a second, with a clock in milliseconds that never goes back.
 */
export function decideBitrate(state: BitrateState, report: UplinkReport, nowMs: number): BitrateState {
  const wish = report.wishBps;
  const floor = Math.min(LOWEST_BITRATE, wish);
  const current = Math.min(state.targetBps, wish, Math.max(floor, report.crowdBps));
  const jammed = report.backlogMs > JAM_MS || report.droppedShare > TOLERATED_DROPS;
  const tight = report.uplinkBps !== null && report.uplinkBps < NEEDED_HEADROOM * current;
  const bearable = Math.min(wish, report.crowdBps);
  const ceiling = report.uplinkBps === null ? bearable : Math.min(bearable, report.uplinkBps / LEFT_HEADROOM);

  if (jammed || (tight && current > floor)) {
    const trouble = { ...state, targetBps: Math.max(floor, current), lastTroubleMs: nowMs, lastMs: nowMs };
    if (nowMs - state.lastFallMs < FALL_INTERVAL_MS) return trouble;
    const fallen = Math.min(jammed ? current * FALL : current, ceiling);
    return { ...trouble, targetBps: Math.max(floor, fallen), lastFallMs: nowMs };
  }

  const isCalm = nowMs - state.lastTroubleMs >= CALM_MS;
  const elapsedS = Math.min(1, (nowMs - state.lastMs) / 1000); // a page that was frozen doesn't leap up afterwards
  const risen = current * (1 + RISE_PER_SECOND) ** elapsedS;
  const target = isCalm ? Math.max(current, Math.min(risen, ceiling)) : current;
  return { ...state, targetBps: Math.max(floor, target), lastMs: nowMs };
}
