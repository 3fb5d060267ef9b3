import { AWAY_MS } from './playout.ts';

/**
 * Where a live picture should stand, and how to get there. Pure decisions: the player feeds in arrivals and what the
 * media element says, and does what comes back.
 *
 * The live edge is not the end of the buffer, which jumps with every chunk, but the line that the promptest chunk of
 * the last seconds has drawn: `now - (arrival - end of what could be played then)`. A chunk behind that line is late,
 * and the distance to be kept follows from how late chunks are. What can be played is asked of the buffer rather than
 * of the chunks: their sound ends a little before their pictures, and their last picture's duration is a guess.
 * All times are milliseconds; media times are on the player's timeline.
 */

/** How long arrivals are remembered, ms. Chosen: a hiccup costs distance for so long, and no longer. */
const MEMORY_MS = 6_000;
/** Late arrivals that the playhead need not wait for, as a share. Chosen: of 60 in the memory, the latest one. */
const LATE_SHARE = 0.03;
/** A chunk this soon after the one before was held up by the same cause, ms. Chosen: half a chunk. */
const SAME_CAUSE_MS = 50;
/** The most that one chunk is taken to add, ms: beyond that there was a hole. Chosen: chunks are about 100 long. */
const LONGEST_CHUNK_MS = 150;
const FIRST_CHUNK_MS = 100;
/**
 * Kept on top of the measured lateness and of what the player holds, ms: for decoding, and timers that come late. With
 * seven viewers on two busy cores 45 let some of them stall in two of three runs, 95 in none of three.
 */
const MARGIN_MS = 95;
/** Sound that a player may still hold when it stops for want of it, ms, unless it says otherwise. */
const HELD_MS = 90;
/** Distance kept before anything is known, and the most, ms. Chosen: a chunk and both margins, and twice that. */
const FIRST_DISTANCE_MS = 285;
const MOST_DISTANCE_MS = 600;
/** Added by each stall, ms, and its sum's bound. Chosen. */
const STALL_PENALTY_MS = 40;
const MOST_PENALTY_MS = 160;
/** How fast the distance and the penalty of stalls shrink again, ms per second. Chosen: too slow to be noticed. */
const SINK_PER_SECOND = 60;
const FORGIVE_PER_SECOND = 8;

/** Error at which a correction begins and at which it ends, ms. Chosen: about two pictures, and half of one. */
const CORRECT_FROM_MS = 40;
const CORRECT_UNTIL_MS = 15;
/** Error at which the faster rate begins, and at which the playhead jumps instead, ms. */
const HURRY_FROM_MS = 500;
const JUMP_FROM_MS = 1_000;
/** Rates that hardly anyone notices, and one for more than half a second. Up to 4 % the player resamples the sound. */
const SLOWEST = 0.97;
const FASTEST = 1.04;
const HURRY = 1.1;
/** Seconds in which a nudge should repair the error. Chosen. */
const REPAIR_S = 3;
/** After a start or a stall jumps are cheap for a while: a burst may still arrive, and the picture has just stood. */
const EASY_JUMP_FROM_MS = 200;
const EASY_AFTER_START_MS = 2_500;
const EASY_AFTER_STALL_MS = 400;
/** A jump shorter than this isn't worth the interruption, ms. Chosen. */
const LEAST_JUMP_MS = 200;
/** Distance from a range's end at which the browser may find nothing left to play, ms: see `HELD_MS`. */
const AT_END_MS = 100;

/** The clock may run so far beyond the last picture, whose place it keeps, while the sound goes on, ms. Chosen. */
const BEYOND_END_MS = 200;

/** A stretch of playable media, ms. */
export interface MediaRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** What the media element says. */
export interface PlayheadInput {
  /** Any monotonic clock, the one that arrivals are told in. */
  readonly nowMs: number;
  /** Where it plays; null before the first picture was asked for. */
  readonly positionMs: number | null;
  /** What it could play, in order, none touching another. */
  readonly ranges: readonly MediaRange[];
  readonly paused: boolean;
  /** Chunks have arrived that are not in the ranges yet. */
  readonly pending: boolean;
  /** It has been standing still for want of media for a moment. */
  readonly stalled: boolean;
  /** Present playback rate. */
  readonly rate: number;
}

export interface PlayheadDecision {
  /** 0.97 to 1.1. */
  readonly rate: number;
  /** Where to jump to, always inside a range; null: stay. */
  readonly seekToMs: number | null;
}

const STAY: PlayheadDecision = { rate: 1, seekToMs: null };

interface Arrival {
  readonly atMs: number;
  /** Where playable media ended then. */
  readonly endMs: number;
  /** By how much that grew. */
  readonly addedMs: number;
  /**
   * How far behind the promptest arrival's line media ended just before this one: its lateness (counted once when one
   * cause holds up several) and what it added itself.
   */
  readonly lackMs: number;
}

/** Keeps the playhead of one live show. */
export class Playhead {
  /** Sound that the player may still hold when it stops for want of it, ms. */
  heldMs = HELD_MS;
  #arrivals: Arrival[] = [];
  /** The longest chunk remembered. */
  #chunkMs = FIRST_CHUNK_MS;
  #distanceMs = FIRST_DISTANCE_MS;
  #penaltyMs = 0;
  #updatedMs: number | null = null;
  #easyUntilMs = -Infinity;

  /** Distance to the live edge that is kept, ms. */
  get targetMs(): number {
    return this.#distanceMs;
  }

  /** A chunk came into the buffer, where playable media now ends at `endMs`. */
  arrived(nowMs: number, endMs: number): void {
    if (nowMs - (this.#arrivals.at(-1)?.atMs ?? nowMs) > AWAY_MS) this.restart(); // the first burst then is no later than a newcomer's
    const previous = this.#arrivals.at(-1);
    this.#arrivals = this.#arrivals.filter((arrival) => arrival.atMs > nowMs - MEMORY_MS);
    const addedMs = previous === undefined ? 0 : Math.min(LONGEST_CHUNK_MS, endMs - previous.endMs);
    const sameCause = previous !== undefined && nowMs - previous.atMs < SAME_CAUSE_MS;
    // Against the promptest so far: the older chunks of a newcomer's first burst are thus not late.
    const promptest = Math.min(nowMs - endMs, this.#promptestMs());
    const latenessMs = sameCause ? 0 : nowMs - endMs - promptest;
    this.#arrivals.push({ atMs: nowMs, endMs, addedMs, lackMs: latenessMs + addedMs });
    this.#chunkMs = Math.max(...this.#arrivals.map((arrival) => arrival.addedMs)) || FIRST_CHUNK_MS;
    this.#adapt(nowMs);
  }

  /** The picture stood still for want of media. */
  stalled(nowMs: number): void {
    this.#penaltyMs = Math.min(MOST_PENALTY_MS, this.#penaltyMs + STALL_PENALTY_MS);
    this.#adapt(nowMs);
  }

  /** A new epoch, another clock, or a long absence: old arrivals say nothing about the new ones. */
  restart(): void {
    this.#arrivals = [];
  }

  decide(input: PlayheadInput): PlayheadDecision {
    const { nowMs, positionMs } = input;
    const newest = input.ranges.at(-1);
    if (newest === undefined || this.#arrivals.length === 0) return STAY;
    const wishMs = nowMs - this.#promptestMs() - this.targetMs;
    const liveMs = Math.max(newest.startMs, Math.min(wishMs, newest.endMs - this.#chunkMs));
    // Enough to last, and no better place is about to come.
    const ready = newest.endMs - newest.startMs >= this.targetMs && !input.pending;
    if (positionMs === null) {
      if (ready) this.#easyUntilMs = nowMs + EASY_AFTER_START_MS;
      return ready ? { rate: 1, seekToMs: liveMs } : STAY;
    }
    if (input.paused) return STAY;

    const isIn = (range: MediaRange, beyondMs: number): boolean =>
      positionMs >= range.startMs - 1 && positionMs <= range.endMs + beyondMs;
    const current = isIn(newest, BEYOND_END_MS) ? newest : input.ranges.find((range) => isIn(range, 1));
    const starving = input.stalled || current === undefined || current.endMs - positionMs < AT_END_MS;
    // At a hole, or off every range: go on behind it as soon as that can last.
    if (current !== newest) return starving && ready ? { rate: 1, seekToMs: liveMs } : STAY;
    if (starving) this.#easyUntilMs = Math.max(this.#easyUntilMs, nowMs + EASY_AFTER_STALL_MS);
    const errorMs = wishMs - positionMs;
    const jumpFromMs = nowMs < this.#easyUntilMs ? EASY_JUMP_FROM_MS : JUMP_FROM_MS;
    if (errorMs > jumpFromMs && ready && liveMs - positionMs > LEAST_JUMP_MS) return { rate: 1, seekToMs: liveMs };
    return { rate: nudge(errorMs, input.rate), seekToMs: null };
  }

  /** Least distance of an arrival from the end that it brought; where now and media agree is of no matter. */
  #promptestMs(): number {
    return Math.min(...this.#arrivals.map((arrival) => arrival.atMs - arrival.endMs));
  }

  /** Rises at once, sinks slowly. */
  #adapt(nowMs: number): void {
    const elapsedS = Math.max(0, nowMs - (this.#updatedMs ?? nowMs)) / 1000;
    this.#updatedMs = nowMs;
    this.#penaltyMs = Math.max(0, this.#penaltyMs - FORGIVE_PER_SECOND * elapsedS);
    const lacks = this.#arrivals.map((arrival) => arrival.lackMs).sort((a, b) => b - a);
    const usualMs = lacks[Math.floor(lacks.length * LATE_SHARE)] ?? FIRST_CHUNK_MS;
    const neededMs = Math.min(MOST_DISTANCE_MS, usualMs + MARGIN_MS + this.heldMs + this.#penaltyMs);
    this.#distanceMs = Math.max(neededMs, this.#distanceMs - SINK_PER_SECOND * elapsedS);
  }
}

/** The rate that repairs an error (positive: too far behind); begins late and ends early, so that it rarely changes. */
function nudge(errorMs: number, rate: number): number {
  if (errorMs > HURRY_FROM_MS) return HURRY;
  const size = Math.abs(errorMs);
  if (size < (rate === 1 ? CORRECT_FROM_MS : CORRECT_UNTIL_MS)) return 1;
  const wish = Math.max(SLOWEST, Math.min(FASTEST, 1 + errorMs / 1000 / REPAIR_S));
  return Math.round(wish * 100) / 100;
}
