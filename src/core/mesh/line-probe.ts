import type { PeerId } from '../messages.ts';

/**
 * Bytes of a train: sent at once, they arrive apart by what the line needs for them. As many as a new link's first window
 * lets out together (measured: 12 KB).
 */
export const TRAIN_BYTES = 11_000;
/** Trains to one neighbour, and answers until there are enough (chosen: one slow neighbour, or a liar, must not decide). */
const TRAINS_EACH = 2;
const ENOUGH_ANSWERS = 3;
/** The next train is sent without an answer after this, ms (chosen: the slowest line needs a quarter of it). */
const UNANSWERED_MS = 600;
/** In all: a line that was used meanwhile tells little (chosen). */
const MAX_TRAINS = 8;
/** Clocks are read in milliseconds: a train that took no longer says no more. */
const LEAST_MS = 1;
/** Share of what a train shows that is believed, and the most of it, bit/s (chosen: a short train may overtake a queue's limits). */
const SHARE = 0.85;
const MOST_BPS = 20_000_000;
/** Answers as like as that are the line's doing, and not chance (chosen). */
const ALIKE = 1.5;

/** What trains tell of a line. */
export interface LineGuess {
  /** What can be counted on, bit/s. */
  readonly bitsPerSecond: number;
  /** The quickest of them, bit/s. */
  readonly mostBps: number;
  /** They are alike: the line hardly carries more. */
  readonly isSure: boolean;
}

/** A train that is under way: to whom, since when, and when its first packet came, by the other end's clock, ms. */
interface Train {
  readonly peerId: PeerId;
  readonly sentMs: number;
  headMs: number | null;
}

/**
 * What a line carries, before it was used: from the time between the first packet and the last of a train. A queue in front
 * holds both up alike; a page that is busy reads both at once, so it is no less than what the train waited longer than any
 * question before. The second best of the answers counts. @see Dovrolis, Ramanathan and Moore, INFOCOM 2001
 */
export class LineProbe {
  readonly #rates: number[] = [];
  readonly #sent = new Map<PeerId, number>();
  #trains = 0;
  #train: Train | null = null;

  /** Whether a train to that neighbour would tell something now; if so, it is to be sent, right behind a question. */
  begins(peerId: PeerId, nowMs: number): boolean {
    const sent = this.#sent.get(peerId) ?? 0;
    const busy = this.#train !== null && nowMs - this.#train.sentMs < UNANSWERED_MS;
    const done = this.#rates.length >= ENOUGH_ANSWERS || this.#trains >= MAX_TRAINS;
    if (busy || done || sent >= TRAINS_EACH) return false;
    this.#sent.set(peerId, sent + 1);
    this.#trains += 1;
    this.#train = { peerId, sentMs: nowMs, headMs: null };
    return true;
  }

  /** The question in front of the train was heard. */
  headCame(peerId: PeerId, sentMs: number, heardMs: number): void {
    if (this.#train?.peerId === peerId && this.#train.sentMs === sentMs) this.#train.headMs = heardMs;
  }

  /**
   * The train was heard.
   * @param waitedMs how much longer it was under way than any question to that neighbour
   * @returns what is known by now, if anything
   */
  tailCame(peerId: PeerId, sentMs: number, heardMs: number, waitedMs: number): LineGuess | null {
    const train = this.#train;
    if (train?.peerId !== peerId || train.sentMs !== sentMs) return null;
    this.#train = null;
    if (train.headMs === null || !Number.isFinite(heardMs)) return null;
    const tookMs = Math.max(LEAST_MS, heardMs - train.headMs, waitedMs);
    this.#rates.push((TRAIN_BYTES * 8_000) / tookMs);
    this.#rates.sort((a, b) => b - a);
    const [best = 0, second] = this.#rates;
    if (second === undefined) return null;
    const worst = this.#rates.at(-1) ?? 0;
    const isSure = this.#rates.length >= ENOUGH_ANSWERS && best < ALIKE * worst;
    return { bitsPerSecond: Math.min(MOST_BPS, second * SHARE), mostBps: best, isSure };
  }
}
