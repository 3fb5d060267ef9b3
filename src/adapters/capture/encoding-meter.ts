import type { EncodingStats } from '../../app/capture-desk.ts';

/** The window that the share of dropped frames is looked at over, ms. Chosen: short hiccups don't count. */
const LOAD_WINDOW_MS = 3000;
/** A larger share of dropped frames than this is a shortage. Chosen: one in six is visible. */
const SHORTAGE = 0.15;
/** The window of the bit rate, ms. */
const RATE_WINDOW_MS = 2000;

/** Counts what an encoding does, and sees whether it keeps up. */
export class EncodingMeter {
  #windowStartMs: number | null = null;
  #encoded = { total: 0, inWindow: 0 };
  #dropped = { total: 0, inWindow: 0 };
  #chunks: { readonly bytes: number; readonly atMs: number }[] = [];

  countFrame(outcome: 'encoded' | 'dropped', nowMs: number): void {
    this.#windowStartMs ??= nowMs;
    const counter = outcome === 'encoded' ? this.#encoded : this.#dropped;
    counter.total += 1;
    counter.inWindow += 1;
  }

  /** True once after each window in which too many frames were dropped. */
  isShort(nowMs: number): boolean {
    if (this.#windowStartMs === null || nowMs - this.#windowStartMs < LOAD_WINDOW_MS) return false;
    const dropped = this.#dropped.inWindow;
    const isShort = dropped > SHORTAGE * (this.#encoded.inWindow + dropped);
    this.#windowStartMs = nowMs;
    this.#encoded.inWindow = this.#dropped.inWindow = 0;
    return isShort;
  }

  countChunk(bytes: number, nowMs: number): void {
    this.#chunks = this.#chunks.filter(({ atMs }) => nowMs - atMs < RATE_WINDOW_MS);
    this.#chunks.push({ bytes, atMs: nowMs });
  }

  stats(nowMs: number): EncodingStats {
    const recent = this.#chunks.filter(({ atMs }) => nowMs - atMs < RATE_WINDOW_MS);
    const span = recent[0] === undefined ? RATE_WINDOW_MS : Math.max(nowMs - recent[0].atMs, RATE_WINDOW_MS / 2);
    return {
      framesEncoded: this.#encoded.total,
      framesDropped: this.#dropped.total,
      bitsPerSecond: (recent.reduce((sum, { bytes }) => sum + bytes, 0) * 8 * 1000) / span,
    };
  }
}
