/** Counts in bins of equal width: quantiles of as many values as there may be, in little room. */
export class Histogram {
  readonly #bins: Float64Array;
  #count = 0;
  #sum = 0;
  #most = Number.NEGATIVE_INFINITY;

  /** @param width of a bin: what is above `most` counts as that much */
  constructor(
    private readonly width: number,
    most: number,
  ) {
    this.#bins = new Float64Array(Math.ceil(most / width) + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** NaN when empty. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /** The largest value; 0 when empty. */
  get max(): number {
    return this.#count === 0 ? 0 : this.#most;
  }

  add(value: number): void {
    const bin = Math.min(this.#bins.length - 1, Math.max(0, Math.floor(value / this.width)));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#count += 1;
    this.#sum += value;
    this.#most = Math.max(this.#most, value);
  }

  /** The value below which that share of all lie, rounded up to a bin; 0 when empty. */
  quantile(share: number): number {
    let left = share * this.#count;
    for (const [bin, count] of this.#bins.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.min((bin + 1) * this.width, this.#most);
    }
    return Math.max(0, this.#most);
  }
}
