/**
 * The show's timeline: the wall clock as it was at the start, then steadily on. A wall clock that is set in the middle
 * of the show doesn't move it.
 */
export class ShowClock {
  readonly #baseMs: number;

  /** @param epochS start of the timeline, whole seconds since 1970 */
  constructor(epochS: number) {
    this.#baseMs = Date.now() - performance.now() - epochS * 1000;
  }

  /** Milliseconds since the epoch's start. */
  nowMs(): number {
    return this.#baseMs + performance.now();
  }
}

/** How fast a source's clock may fall behind the show's, share: more than any quartz is off. Chosen. */
const DRIFT = 0.001;
/** For so long nothing has to have come as early as the mark says, ms, and by how much, until samples count as lost. Chosen. */
const LOST_AFTER_MS = 1_000;
const LOST_MS = 40;

/**
 * Puts a source's timestamps, which count from anywhere, on the show's timeline. The quickest arrival so far marks what
 * "now" is; slower ones are the browser's doing. That mark is let go slowly, so that clocks which drift apart stay together,
 * and at once where a source that counts its samples has lost some: WebKit's `ScriptProcessorNode` leaves out whole buffers while
 * the page is busy, and whatever comes afterwards would be late for ever.
 */
export class SourceClock {
  #offsetUs: number | null = null;
  #lastUs = 0;
  #lookedMs = 0;
  /** The quickest arrival since that was looked at last, as an offset. */
  #recentUs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly show: Pick<ShowClock, 'nowMs'>,
    private readonly countsSamples = false,
  ) {}

  /** @param timestampUs of something that has just arrived, microseconds */
  showUs(timestampUs: number): number {
    const nowMs = this.show.nowMs();
    const arrivalOffsetUs = nowMs * 1000 - timestampUs;
    const leak = Math.max(0, timestampUs - this.#lastUs) * DRIFT;
    this.#lastUs = timestampUs;
    this.#offsetUs = this.#offsetUs === null ? arrivalOffsetUs : Math.min(arrivalOffsetUs, this.#offsetUs + leak);
    if (this.countsSamples) this.#lookForLost(arrivalOffsetUs, nowMs);
    return timestampUs + this.#offsetUs;
  }

  #lookForLost(arrivalOffsetUs: number, nowMs: number): void {
    this.#recentUs = Math.min(this.#recentUs, arrivalOffsetUs);
    if (nowMs - this.#lookedMs < LOST_AFTER_MS) return;
    if (this.#recentUs - (this.#offsetUs ?? 0) > LOST_MS * 1000) this.#offsetUs = this.#recentUs;
    this.#lookedMs = nowMs;
    this.#recentUs = Number.POSITIVE_INFINITY;
  }
}
