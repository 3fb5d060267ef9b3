/** Two quartz clocks drift apart by up to this, ms per ms (100 parts in a million; ordinary crystals keep 50). */
const DRIFT = 1e-4;

/** The host's clock as far as it is known here, learnt hop by hop from neighbours. @see RFC 5905, section 8 */
export class HostClock {
  #offsetMs: number | null;
  #errorMs: number;
  #learntMs = 0;

  /** @param host the host's own clock is right by definition */
  constructor(private readonly host: boolean) {
    this.#offsetMs = host ? 0 : null;
    this.#errorMs = host ? 0 : Number.POSITIVE_INFINITY;
  }

  /** Host's clock minus the local one, ms; null while unknown. */
  get offsetMs(): number | null {
    return this.#offsetMs;
  }

  /** What to answer a neighbour. */
  read(nowMs: number): { hostMs: number; errorMs: number } {
    if (this.#offsetMs === null) return { hostMs: Number.NaN, errorMs: 0 };
    return { hostMs: nowMs + this.#offsetMs, errorMs: this.#error(nowMs) };
  }

  /** A neighbour's answer to a question sent at `sentMs`. The more certain reading wins. */
  learn(sentMs: number, hostMs: number, errorMs: number, nowMs: number): void {
    const rttMs = nowMs - sentMs;
    const error = errorMs + rttMs / 2;
    if (!Number.isFinite(hostMs) || !(errorMs >= 0) || !(rttMs >= 0) || error > this.#error(nowMs)) return;
    this.#offsetMs = hostMs + rttMs / 2 - nowMs;
    this.#errorMs = error;
    this.#learntMs = nowMs;
  }

  #error(nowMs: number): number {
    if (this.host) return 0;
    return this.#errorMs + (nowMs - this.#learntMs) * DRIFT;
  }
}
