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

/**
 * Puts a source's timestamps, which count from anywhere, on the show's timeline. The quickest arrival so far marks what
 * "now" is; slower ones are the browser's doing. That mark is let go slowly, so that clocks which drift apart stay together.
 */
export class SourceClock {
  #offsetUs: number | null = null;
  #lastUs = 0;

  constructor(private readonly show: Pick<ShowClock, 'nowMs'>) {}

  /** @param timestampUs of something that has just arrived, microseconds */
  showUs(timestampUs: number): number {
    const arrivalOffsetUs = this.show.nowMs() * 1000 - timestampUs;
    const leak = Math.max(0, timestampUs - this.#lastUs) * DRIFT;
    this.#lastUs = timestampUs;
    this.#offsetUs = this.#offsetUs === null ? arrivalOffsetUs : Math.min(arrivalOffsetUs, this.#offsetUs + leak);
    return timestampUs + this.#offsetUs;
  }
}
