/** The next part of an answer comes within this, ms (chosen: a busy page on a slow line lets a minute pass at worst). */
const PART_MS = 60_000;
/** Longest answer, bytes (chosen: the longest history, twice over). */
const MAX_ANSWER_BYTES = 40_000_000;

/** One page's question to another, of which there is one at a time: what is an answer to it, and when it is over. */
export class Question {
  #untilMs = Number.NEGATIVE_INFINITY;
  #bytes = 0;

  /** @returns false while the last question is still being answered */
  ask(nowMs: number): boolean {
    if (nowMs < this.#untilMs) return false;
    this.#untilMs = nowMs + PART_MS;
    this.#bytes = 0;
    return true;
  }

  /**
   * A part that says to be of an answer has come.
   * @param isLast the one that ends each answer
   * @returns whether it is one to the question; else it is like anything that nobody asked for
   */
  heard(bytes: number, isLast: boolean, nowMs: number): boolean {
    const isDue = nowMs < this.#untilMs;
    this.#bytes += bytes;
    const isOver = isLast || this.#bytes > MAX_ANSWER_BYTES;
    if (isDue) this.#untilMs = isOver ? Number.NEGATIVE_INFINITY : nowMs + PART_MS;
    return isDue;
  }
}
