import type { PeerId } from '../messages.ts';

/** A line whose answers waited no longer than this, ms, is clear (chosen). */
const CLEAR_MS = 15;
/** Answers that are judged together, and how long all of them must have queued, ms (chosen: half a line's buffer). */
const MIN_WAITS = 3;
const SLOW_MS = 60;
/** A key chunk fills the line of a viewer for so long at most, ms: only what waits longer is more than it carries (chosen). */
const BURST_MS = 500;
/** So long one neighbour's answers alone have to queue, ms (chosen: half of what home routers hold). */
const FULL_MS = 150;
/** After a page was held up, what it waited for says nothing about its line for so long, ms (chosen). */
const DEAF_MS = 500;
/** Answers of questions that were asked so long ago say nothing about what came after, ms (chosen). */
export const WAITS_MS = 1_500;

/** What answers to this peer's questions say of its line: the least of many waits is what the line itself adds. */
export class Answers {
  #count = 0;
  /** When the first and the last of them came, from whom, and whether another one was from somebody else. */
  #firstMs = 0;
  #lastMs = 0;
  #witness: PeerId = '';
  #agree = false;
  #leastMs = Number.POSITIVE_INFINITY;
  #isSlow = false;
  /** The least of those that were judged last. */
  #judgedMs = Number.POSITIVE_INFINITY;
  #heldUpMs = Number.NEGATIVE_INFINITY;
  /** Enough of them have come without queueing since this was cleared. */
  isConfirmed = false;

  constructor(private readonly host: boolean) {}

  /** The page itself did not get its turn in time: what it hears now has waited for the page, not for the line. */
  heldUp(nowMs: number): void {
    this.#heldUpMs = nowMs;
  }

  /** @param ms that a question and its answer spent in queues @param witness who was asked */
  waited(ms: number, witness: PeerId, nowMs: number): void {
    if (nowMs - this.#heldUpMs < DEAF_MS) return;
    if (this.#count === 0 || nowMs - this.#firstMs > WAITS_MS) {
      this.#firstMs = nowMs;
      this.#count = 0;
      this.#leastMs = Number.POSITIVE_INFINITY;
      this.#witness = witness;
      this.#agree = false;
    }
    this.#count += 1;
    this.#lastMs = nowMs;
    this.#agree ||= witness !== this.#witness;
    this.#leastMs = Math.min(this.#leastMs, ms);
  }

  /** Whether those that were judged last came as quickly as they can. */
  get areQuick(): boolean {
    return this.#judgedMs < CLEAR_MS;
  }

  /**
   * Whether the line is too slow. Judged by several answers at a time, so that one link's own queue does not pass for the line's;
   * one witness alone may be slow itself, so a little only keeps the guess from growing.
   */
  judge(): boolean {
    if (this.#count < MIN_WAITS) return this.#isSlow;
    const isBurst = this.#leastMs > SLOW_MS && this.#lastMs - this.#firstMs < BURST_MS;
    if (isBurst && !this.host) return this.#isSlow; // behind a host is everyone: it does not wait
    this.#judgedMs = this.#leastMs;
    this.isConfirmed = this.#leastMs <= SLOW_MS;
    this.#isSlow = !this.isConfirmed && (this.#agree || this.#leastMs > FULL_MS);
    this.#count = 0;
    this.#leastMs = Number.POSITIVE_INFINITY;
    return this.#isSlow;
  }
}
