import { STRIPES } from '../chunk.ts';
import {
  CAP_SHARE,
  FIRST_HOST_UPLINK_BPS,
  FIRST_UPLINK_BPS,
  HOST_SLOT_SHARE,
  MAX_UPLINK_BPS,
  MIN_UPLINK_BPS,
  SLOT_SHARE,
} from './limits.ts';

/** The uplink is judged so often, ms (chosen: several chunks). */
const JUDGE_MS = 500;
/** After a fall the uplink doesn't grow for so long, ms (chosen). */
const CALM_MS = 5_000;
/** A queue that needs longer than this to drain is too long, ms (chosen: two chunks). */
const BACKLOG_MS = 200;
/** Queues below this are noise, whatever they need to drain (chosen: a keyframe chunk for a few children). */
const BACKLOG_BYTES = 96 * 1024;
/** A rate in the show's headers and signatures, beside its payload (chosen, measured 3 to 6 %). */
const OVERHEAD = 1.05;

/**
 * What this peer can send: measured by using it (starts low, grows while the queues stay empty, falls when they fill),
 * and a token bucket that keeps media below it. With a given limit, media stays below the limit over any two seconds.
 */
export class Uplink {
  #capacityBps: number;
  readonly #slotShare: number;
  #limitBps: number | null = null;
  #tokens = 0;
  #filledMs: number;
  #sentBytes = 0;
  #judgedMs: number;
  #judgedBytes = 0;
  #rateBps = 0;
  #backlogged = 0;
  #fellMs = Number.NEGATIVE_INFINITY;
  #measured = false;

  constructor(host: boolean, nowMs: number) {
    this.#slotShare = host ? HOST_SLOT_SHARE : SLOT_SHARE;
    this.#capacityBps = host ? FIRST_HOST_UPLINK_BPS : FIRST_UPLINK_BPS;
    this.#filledMs = nowMs;
    this.#judgedMs = nowMs;
    this.#tokens = this.#bucketBytes;
  }

  /** A limit given by the person, bit/s; null: none. */
  limit(bitsPerSecond: number | null): void {
    this.#limitBps = bitsPerSecond;
    this.#tokens = Math.min(this.#tokens, this.#bucketBytes);
  }

  /** What may be used, bit/s. */
  get capacityBps(): number {
    return this.#limitBps === null
      ? this.#capacityBps
      : Math.min(this.#limitBps, this.#capacityOrLimit(this.#limitBps));
  }

  /** Measured or given; null while it is a guess. */
  get knownBps(): number | null {
    return this.#limitBps !== null || this.#measured ? this.capacityBps : null;
  }

  /** Media sent in the last half second or so, bit/s. */
  get rateBps(): number {
    return this.#rateBps;
  }

  /** How many children, counted in stripes, the uplink feeds at this rate of the whole show. */
  slots(showBps: number): number {
    return Math.floor((this.capacityBps * this.#slotShare * STRIPES) / (showBps * OVERHEAD));
  }

  /** Takes the bytes from the bucket if they may go now. */
  take(bytes: number, nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens < Math.min(bytes, this.#bucketBytes)) return false;
    this.#tokens -= bytes;
    this.#sentBytes += bytes;
    return true;
  }

  /** When so many bytes may go, ms. */
  readyMs(bytes: number, nowMs: number): number {
    this.#fill(nowMs);
    const short = Math.min(bytes, this.#bucketBytes) - this.#tokens;
    return short <= 0 ? nowMs : nowMs + (short * 8000) / this.#paceBps;
  }

  /** Learns from what the links hold back: `queuedBytes` in all of them together. */
  judge(queuedBytes: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#judgedMs;
    if (elapsedMs < JUDGE_MS) return;
    this.#rateBps = ((this.#sentBytes - this.#judgedBytes) * 8000) / elapsedMs;
    this.#judgedMs = nowMs;
    this.#judgedBytes = this.#sentBytes;
    const backlog = queuedBytes > BACKLOG_BYTES && (queuedBytes * 8000) / this.#capacityBps > BACKLOG_MS;
    this.#backlogged = backlog ? this.#backlogged + 1 : 0;
    if (this.#backlogged >= 2) {
      this.#capacityBps = Math.max(MIN_UPLINK_BPS, Math.min(this.#capacityBps, this.#rateBps) * 0.8);
      this.#fellMs = nowMs;
      this.#backlogged = 0;
      this.#measured = true;
    } else if (!backlog && this.#rateBps > 0.6 * this.#capacityBps && nowMs - this.#fellMs > CALM_MS) {
      this.#capacityBps = Math.min(MAX_UPLINK_BPS, this.#capacityBps * 1.15);
      this.#measured = true;
    }
  }

  /** A given limit is trusted until the queues say that the line carries less. */
  #capacityOrLimit(limitBps: number): number {
    return this.#fellMs === Number.NEGATIVE_INFINITY ? limitBps : this.#capacityBps;
  }

  /** A guess may be exceeded a little, so that it can grow; a limit may not. */
  get #paceBps(): number {
    return this.capacityBps * (this.#limitBps === null ? 1.5 : CAP_SHARE);
  }

  /** A tenth of a second, and at least three pieces. */
  get #bucketBytes(): number {
    return Math.max(48 * 1024, this.#paceBps / 80);
  }

  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledMs);
    this.#filledMs = nowMs;
    this.#tokens = Math.min(this.#bucketBytes, this.#tokens + (elapsedMs * this.#paceBps) / 8000);
  }
}
