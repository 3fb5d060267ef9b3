interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that passes only when told to. Events of the same moment happen in the order in which they were asked for. */
export class VirtualClock {
  nowMs: number;
  /** A binary heap: each event comes before both of its children. */
  readonly #heap: Event[] = [];
  #order = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  after(ms: number, run: () => void): void {
    const event = { atMs: this.nowMs + Math.max(0, ms), order: this.#order++, run };
    let at = this.#heap.push(event) - 1;
    for (let up = (at - 1) >> 1; at > 0 && this.#isBefore(at, up); up = (at - 1) >> 1) at = this.#swap(at, up);
  }

  /** Runs the clock forward, ms. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let event = this.#heap[0]; event && event.atMs <= endMs; event = this.#heap[0]) {
      this.#removeFirst();
      this.nowMs = event.atMs;
      event.run();
    }
    this.nowMs = endMs;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= this.#heap.length) return;
      const least = left + 1 < this.#heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(least, at)) return;
      at = this.#swap(at, least);
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other) return false;
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
  }

  #swap(from: number, to: number): number {
    const [one, other] = [this.#heap[from], this.#heap[to]];
    if (one && other) [this.#heap[from], this.#heap[to]] = [other, one];
    return to;
  }
}
