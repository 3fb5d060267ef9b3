/** Something that can be told that its moment has come. */
export interface Happening {
  happen(code: number, subject: unknown): void;
}

/** Buckets of the wheel, of a millisecond each; events further away go round more than once. */
const BUCKETS = 1 << 16;
const NONE = -1;

/**
 * The events of the simulated world in a hashed timing wheel: adding and taking cost the same however many there are.
 * Events of one tick happen in the order in which they were asked for. A tick is a millisecond: times are whole numbers,
 * which engines keep without a box of their own. @see Varghese and Lauck, SOSP 1987
 */
export class EventWheel {
  #tick = 0;
  #size = 0;
  readonly #first = new Int32Array(BUCKETS).fill(NONE);
  readonly #last = new Int32Array(BUCKETS).fill(NONE);
  #next = new Int32Array(0);
  #due = new Float64Array(0);
  #code = new Int32Array(0);
  readonly #who: (Happening | null)[] = [];
  readonly #what: unknown[] = [];
  #free = NONE;
  /** Events that have happened so far. */
  happened = 0;

  constructor(readonly startMs: number) {
    this.#grow(1 << 16);
  }

  get nowMs(): number {
    return this.startMs + this.#tick;
  }

  /** Events to come. */
  get size(): number {
    return this.#size;
  }

  /** Has it happen at that time, or at the next tick if that is over. */
  at(ms: number, who: Happening, code: number, subject: unknown): void {
    const due = Math.max(Math.ceil(ms - this.startMs), this.#tick + 1);
    if (this.#free === NONE) this.#grow(this.#due.length * 2);
    const slot = this.#free;
    this.#free = this.#next[slot] ?? NONE;
    this.#due[slot] = due;
    this.#code[slot] = code;
    this.#who[slot] = who;
    this.#what[slot] = subject;
    this.#size += 1;
    this.#append(slot, due);
  }

  /** Lets everything happen up to that time. */
  runUntil(ms: number): void {
    const end = Math.floor(ms - this.startMs);
    while (this.#tick < end) {
      this.#tick += 1;
      if (this.#first[this.#tick & (BUCKETS - 1)] !== NONE) this.#turn();
    }
  }

  #turn(): void {
    const bucket = this.#tick & (BUCKETS - 1);
    let slot = this.#first[bucket] ?? NONE;
    this.#first[bucket] = NONE;
    this.#last[bucket] = NONE;
    while (slot !== NONE) {
      const next = this.#next[slot] ?? NONE;
      if (this.#due[slot] === this.#tick) this.#happen(slot);
      else this.#append(slot, this.#due[slot] ?? 0);
      slot = next;
    }
  }

  #happen(slot: number): void {
    const who = this.#who[slot];
    const subject = this.#what[slot];
    const code = this.#code[slot] ?? 0;
    this.#who[slot] = null;
    this.#what[slot] = null;
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.#size -= 1;
    this.happened += 1;
    who?.happen(code, subject);
  }

  #append(slot: number, due: number): void {
    const bucket = due & (BUCKETS - 1);
    const last = this.#last[bucket] ?? NONE;
    this.#next[slot] = NONE;
    this.#last[bucket] = slot;
    if (last === NONE) this.#first[bucket] = slot;
    else this.#next[last] = slot;
  }

  #grow(size: number): void {
    const before = this.#due.length;
    const next = new Int32Array(size);
    const due = new Float64Array(size);
    const code = new Int32Array(size);
    next.set(this.#next);
    due.set(this.#due);
    code.set(this.#code);
    for (let slot = size - 1; slot >= before; slot--) {
      next[slot] = this.#free;
      this.#free = slot;
    }
    for (let slot = before; slot < size; slot++) {
      this.#who.push(null);
      this.#what.push(null);
    }
    this.#next = next;
    this.#due = due;
    this.#code = code;
  }
}

/** A closure as a happening: for what is rare. */
export const later = (run: () => void): Happening => ({ happen: run });
