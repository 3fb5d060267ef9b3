import { NO_DEPTH, type PeerId } from '../messages.ts';
import {
  NEVER_MS,
  PARENT_EMPTY_MS,
  PARENT_GONE_MS,
  PARENT_LATE_SHARE,
  PARENT_SILENT_MS,
  RELUCTANCE_MS,
  REPAIR_MIN_MS,
} from './limits.ts';

/** Pushes of a stripe come about so often, ms: one chunk, and half of one for chance (chosen). */
const RHYTHM_MS = 150;
/** As long as nothing was measured, ms (chosen: RFC 6298 begins with long waits as well). */
const FIRST_DEVIATION_MS = 40;
/** One that agreed to push, and says that it has something, has to begin within this, ms (chosen: half a dozen chunks). */
const PROMISE_MS = 600;
/** Pieces after which a parent's punctuality is judged (chosen: two seconds). */
const JUDGED_PIECES = 20;

/** One stripe as it comes to this peer: from whom, by which way, and how well. */
export class StripeFeed {
  parent: PeerId | null = null;
  /** Asked, hasn't answered. */
  pending: PeerId | null = null;
  pendingMs = 0;
  /** The parent feeds it for a while only. */
  noticed = false;
  /** Agreed to be the next parent, hasn't delivered yet: until it does, the parent stays. */
  trial: PeerId | null = null;
  trialMs = 0;
  /** Hops from the host, as the latest pushed piece said, and the way of that piece. */
  depth = NO_DEPTH;
  path: readonly number[] = [];
  /** The same, remembered when the parent is lost: whoever is deeper may hang on this peer. */
  lastDepth = NO_DEPTH;
  /** Neighbours that failed in this stripe, until when, ms. Bounded by the number of links. */
  readonly #avoided = new Map<PeerId, number>();
  /** Latest push, and the newest chunk of which a push came. */
  #pushedMs = 0;
  #pushedSequence = -1;
  /** How long after its chunk's first piece a pushed piece comes: mean and deviation, ms. */
  #lagMs = 0;
  #lagDeviationMs = FIRST_DEVIATION_MS;
  /** Of the last pieces: those that came, and those that came from elsewhere before. */
  #due = 0;
  #overtaken = 0;
  #takenMs = 0;
  /** The first chunk that the parent pushes, nearly until it has begun. */
  #expectedFrom = 0;
  #begun = false;
  /** When the latest parent was taken, or given up. */
  #changedMs = NEVER_MS;

  /**
   * @param repairMaxMs a missing piece is waited for at most so long
   * @param newest newest chunk that anyone has shown: asked only when something is late, for it takes a look at everyone
   */
  constructor(
    private readonly repairMaxMs: number,
    private readonly newest: () => number,
  ) {}

  /** Whether somebody was asked, or is on trial. */
  get isBusy(): boolean {
    return this.pending !== null || this.trial !== null;
  }

  /** Whether the parent has pushed anything since it was taken. */
  get hasDelivered(): boolean {
    return this.#pushedMs > this.#takenMs;
  }

  /** Whether another parent is needed. */
  get isLacking(): boolean {
    return this.parent === null || this.noticed;
  }

  /** How long to wait for a piece once its chunk has begun to come, ms. Follows what is usual here. */
  patienceMs(nowMs: number): number {
    if (this.parent === null) return 0;
    // One that falls out of its rhythm may be gone: waiting for it would only lose time.
    if (nowMs - this.#pushedMs > RHYTHM_MS + 4 * this.#lagDeviationMs) return REPAIR_MIN_MS;
    return Math.min(this.repairMaxMs, Math.max(REPAIR_MIN_MS, this.#lagMs + 4 * this.#lagDeviationMs));
  }

  /** Nothing at all comes from the parent: neither media nor the heartbeat that stands in for it. */
  isGone(heardMs: number, nowMs: number): boolean {
    const silentMs = nowMs - heardMs;
    return silentMs > PARENT_GONE_MS || (silentMs > PARENT_SILENT_MS && this.#isBehind());
  }

  /**
   * One that is there but has nothing is looking for it itself, and whoever is late may be so because everyone is:
   * changing parents then would only move the trouble, so that is done seldom.
   * @param claims whether the parent says that it has the stripe: one that does, and has never pushed any, is given less time
   * @param isHost or that it is the host: what comes late from there comes later still from anyone else
   */
  hasFailed(claims: boolean, isHost: boolean, nowMs: number): boolean {
    const silent = nowMs - this.#pushedMs > PARENT_SILENT_MS && this.#isBehind();
    if (silent || this.isEmpty(nowMs, nowMs)) this.depth = NO_DEPTH;
    if (!isHost && claims && !this.hasDelivered && nowMs - this.#takenMs > PROMISE_MS && this.#isBehind()) return true;
    if (nowMs - this.#changedMs < RELUCTANCE_MS) return false;
    const late = !isHost && this.#due >= JUDGED_PIECES && this.#overtaken > this.#due * PARENT_LATE_SHARE;
    return late || (silent && nowMs - this.#pushedMs > PARENT_EMPTY_MS);
  }

  /** Chunks are about of which the parent should have pushed its part. */
  #isBehind(): boolean {
    return this.newest() - this.#pushedSequence >= 3;
  }

  /** Nothing was pushed for long, or since then, ms. */
  isEmpty(sinceMs: number, nowMs: number): boolean {
    return nowMs - this.#pushedMs > PARENT_EMPTY_MS && this.#pushedMs < sinceMs;
  }

  /** Whether the parent pushes the pieces of that chunk. */
  expects(sequence: number): boolean {
    return this.parent !== null && sequence >= this.#expectedFrom;
  }

  /** This is the parent from now on. @param newest chunk that it had when it last spoke */
  take(parent: PeerId, newest: number, nowMs: number): void {
    this.parent = parent;
    this.#expectedFrom = newest + 1;
    this.#begun = false;
    this.noticed = false;
    this.trial = null;
    this.#pushedMs = nowMs;
    this.#takenMs = nowMs;
    this.judgeAnew(nowMs);
  }

  /** The parent stays for now, and what it did before counts no longer. */
  judgeAnew(nowMs: number): void {
    this.#changedMs = nowMs;
    this.#due = 0;
    this.#overtaken = 0;
  }

  /** There is no parent any longer. */
  drop(): void {
    this.parent = null;
    this.noticed = false;
    this.depth = NO_DEPTH;
  }

  /** The parent pushed a piece. */
  pushed(sequence: number, path: readonly number[], lagMs: number, nowMs: number): void {
    this.depth = path.length;
    this.path = path;
    this.lastDepth = path.length;
    if (!this.#begun) this.#expectedFrom = sequence;
    this.#begun = true;
    this.#pushedMs = nowMs;
    this.#pushedSequence = Math.max(this.#pushedSequence, sequence);
    this.#lagDeviationMs += (Math.abs(lagMs - this.#lagMs) - this.#lagDeviationMs) / 8; // RFC 6298's averages
    this.#lagMs += (lagMs - this.#lagMs) / 8;
    this.count(false);
  }

  /** @param overtaken whether the piece came from elsewhere before it came from the parent */
  count(overtaken: boolean): void {
    if (this.#due >= JUDGED_PIECES * 2) {
      this.#due /= 2;
      this.#overtaken /= 2;
    }
    this.#due += 1;
    if (overtaken) this.#overtaken += 1;
  }

  /** A new epoch counts from 0 again. */
  restart(): void {
    this.#pushedSequence = -1;
    this.#expectedFrom = 0;
  }

  avoid(peerId: PeerId, untilMs: number): void {
    this.#avoided.set(peerId, untilMs);
  }

  avoids(peerId: PeerId, nowMs: number): boolean {
    return (this.#avoided.get(peerId) ?? 0) > nowMs;
  }

  /** Its failures count no longer. */
  pardon(peerId: PeerId): void {
    this.#avoided.delete(peerId);
  }

  /** Forgets failures that lie far enough back. */
  forgive(nowMs: number): void {
    for (const [peerId, untilMs] of this.#avoided) if (untilMs <= nowMs) this.#avoided.delete(peerId);
  }
}
