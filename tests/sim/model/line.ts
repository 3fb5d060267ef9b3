/** A queue in the access line that would need longer than this to drain drops what comes, ms (chosen: home routers). */
export const LINE_BUFFER_MS = 300;

/** One direction of an access line: what is sent leaves one after the other. */
export class Line {
  #freeMs = 0;

  constructor(readonly bitsPerSecond: number) {}

  /** How long something that comes now waits, ms. */
  backlogMs(nowMs: number): number {
    return Math.max(0, this.#freeMs - nowMs);
  }

  takesMs(bytes: number): number {
    return (bytes * 8000) / this.bitsPerSecond;
  }

  /** Takes the bytes; returns when the last one has left, ms. */
  carry(bytes: number, nowMs: number): number {
    this.#freeMs = Math.max(this.#freeMs, nowMs) + this.takesMs(bytes);
    return this.#freeMs;
  }
}
