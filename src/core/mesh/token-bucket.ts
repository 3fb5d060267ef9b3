/** What a bucket is filled from; read anew each time, as the guess of the line moves. */
export interface Flow {
  /** Of everything, bit/s. */
  readonly paceBps: number;
  /** Of what subscriptions leave, bit/s. */
  readonly spareBps: number;
}

/** A bucket holds a tenth of a second, and three pieces at least, bytes (chosen). */
const LEAST_BYTES = 48 * 1024;
const SHARE_OF_SECOND = 0.1;

/** Keeps media below a rate: two purses, one for everything and one for what is asked for beside the subscriptions. */
export class TokenBucket {
  #tokens: number;
  #spareTokens: number;
  #filledMs: number;
  /** Taken so far, bytes. */
  sentBytes = 0;

  constructor(
    private readonly flow: Flow,
    nowMs: number,
  ) {
    this.#filledMs = nowMs;
    this.#tokens = this.#sizeBytes;
    this.#spareTokens = this.#tokens;
  }

  /** Takes the bytes if they may go now. @param spare out of what subscriptions leave */
  take(bytes: number, spare: boolean, nowMs: number): boolean {
    this.#fill(nowMs);
    const least = Math.min(bytes, this.#sizeBytes);
    if (this.#tokens < least || (spare && this.#spareTokens < least)) return false;
    this.#tokens -= bytes;
    if (spare) this.#spareTokens -= bytes;
    this.sentBytes += bytes;
    return true;
  }

  /** The same for what can wait: takes only from what has been left over for a while. */
  takeIdle(bytes: number, nowMs: number): boolean {
    return this.isIdle(bytes, nowMs) && this.take(bytes, true, nowMs);
  }

  /** Whether so many bytes have been left over for a while. */
  isIdle(bytes: number, nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#spareTokens >= bytes + this.#sizeBytes / 2;
  }

  /** What went out besides media, bytes: it needs the same line. */
  spend(bytes: number): void {
    this.#tokens -= bytes;
  }

  /** When so many bytes may go, ms. */
  readyMs(bytes: number, spare: boolean, nowMs: number): number {
    this.#fill(nowMs);
    const least = Math.min(bytes, this.#sizeBytes);
    const waitMs = ((least - this.#tokens) * 8000) / this.flow.paceBps;
    const spareMs = spare ? ((least - this.#spareTokens) * 8000) / this.flow.spareBps : 0;
    return nowMs + Math.max(0, waitMs, spareMs);
  }

  /** The rate has grown by far: what it allows at once may go. */
  refill(): void {
    this.#tokens = this.#sizeBytes;
    this.#spareTokens = this.#tokens;
  }

  /** The rate has become smaller: what was saved of the former one counts no longer. */
  shrink(): void {
    this.#tokens = Math.min(this.#tokens, this.#sizeBytes);
  }

  get #sizeBytes(): number {
    return Math.max(LEAST_BYTES, (this.flow.paceBps * SHARE_OF_SECOND) / 8);
  }

  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledMs);
    this.#filledMs = nowMs;
    this.#tokens = Math.min(this.#sizeBytes, this.#tokens + (elapsedMs * this.flow.paceBps) / 8000);
    this.#spareTokens = Math.min(this.#sizeBytes, this.#spareTokens + (elapsedMs * this.flow.spareBps) / 8000);
  }
}
