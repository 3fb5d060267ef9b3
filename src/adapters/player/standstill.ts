/** A picture that stands still this long is a stall, ms. Chosen: below it nobody can tell it from a slow frame. */
export const STALL_AFTER_MS = 100;
/** Shortest stretch that is judged, ms. Chosen: element clocks advance in steps of up to a frame. */
const JUDGE_AFTER_MS = 40;

/** What a sample brought to light. */
export type StandstillChange = 'stalled' | 'moving' | null;

/**
 * Tells stalls from the media clock, sampled at least every tenth of a second: in each stretch between two samples the
 * clock should advance as long as the stretch, times the rate. What is missing is time that the picture stood still;
 * once that exceeds `STALL_AFTER_MS` without the clock running in between, it is a stall and counts from its beginning.
 * So a sample that itself comes late counts nothing as long as the media went on. Pure: time is a parameter.
 */
export class Standstill {
  #stalls = 0;
  #stalledMs = 0;
  #standingMs = 0;
  #last: { readonly nowMs: number; readonly positionMs: number } | null = null;

  get stalls(): number {
    return this.#stalls;
  }

  get stalledMs(): number {
    return this.#stalledMs;
  }

  /** True from the moment that a stall counts until the media goes on. */
  get stalled(): boolean {
    return this.#standingMs > STALL_AFTER_MS;
  }

  /** @param rate playback rate since the last sample */
  sample(nowMs: number, positionMs: number, rate: number): StandstillChange {
    const last = this.#last;
    if (last === null) {
      this.#last = { nowMs, positionMs };
      return null;
    }
    const wallMs = nowMs - last.nowMs;
    if (wallMs < JUDGE_AFTER_MS) return null;
    this.#last = { nowMs, positionMs };
    const missingMs = wallMs - (positionMs - last.positionMs) / rate;
    const before = this.stalled;
    if (missingMs < wallMs / 2) {
      this.#standingMs = 0;
      return before ? 'moving' : null;
    }
    // A clock that steps back stands still, no longer than the stretch.
    const stoodMs = Math.min(missingMs, wallMs);
    this.#standingMs += stoodMs;
    if (!this.stalled) return null;
    this.#stalledMs += before ? stoodMs : this.#standingMs;
    if (before) return null;
    this.#stalls += 1;
    return 'stalled';
  }

  /** The playhead was moved: the distance is not progress. A seek that takes long thus counts as a stall. */
  jumped(fromMs: number, toMs: number): void {
    if (this.#last === null) return;
    this.#last = { nowMs: this.#last.nowMs, positionMs: this.#last.positionMs + toMs - fromMs };
  }

  /** Nobody watches (hidden, paused, not begun): the time until the next sample doesn't count. */
  pause(): void {
    this.#last = null;
  }
}
