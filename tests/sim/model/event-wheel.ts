/** Something that can be told that its moment has come. */
export interface Happening {
  happen(code: number, subject: unknown): void;
}

/** Buckets of the wheel, of a millisecond each; events further away go round more than once. */
const BUCKETS = 1 << 16;
const NONE = -1;
/** The numbers of an event: the slot of the next one in its bucket, its tick, and what kind it is. */
const NEXT = 0;
const DUE = 1;
const CODE = 2;
const STRIDE = 4;

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
  /** What is known of each event, side by side as it is read: `NEXT`, `DUE` and `CODE`. */
  #numbers = new Int32Array(0);
  /** Whom each event concerns and about what, in turn. */
  readonly #objects: unknown[] = [];
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
    if (this.#free === NONE) this.#grow((this.#numbers.length / STRIDE) * 2);
    const slot = this.#free;
    this.#free = this.#numbers[slot * STRIDE + NEXT] ?? NONE;
    this.#numbers[slot * STRIDE + DUE] = due;
    this.#numbers[slot * STRIDE + CODE] = code;
    this.#objects[slot * 2] = who;
    this.#objects[slot * 2 + 1] = subject;
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
      const next = this.#numbers[slot * STRIDE + NEXT] ?? NONE;
      const due = this.#numbers[slot * STRIDE + DUE] ?? 0;
      if (due === this.#tick) this.#happen(slot);
      else this.#append(slot, due);
      slot = next;
    }
  }

  #happen(slot: number): void {
    const who = this.#objects[slot * 2] as Happening;
    const subject = this.#objects[slot * 2 + 1];
    const code = this.#numbers[slot * STRIDE + CODE] ?? 0;
    this.#objects[slot * 2] = null;
    this.#objects[slot * 2 + 1] = null;
    this.#numbers[slot * STRIDE + NEXT] = this.#free;
    this.#free = slot;
    this.#size -= 1;
    this.happened += 1;
    who.happen(code, subject);
  }

  #append(slot: number, due: number): void {
    const bucket = due & (BUCKETS - 1);
    const last = this.#last[bucket] ?? NONE;
    this.#numbers[slot * STRIDE + NEXT] = NONE;
    this.#last[bucket] = slot;
    if (last === NONE) this.#first[bucket] = slot;
    else this.#numbers[last * STRIDE + NEXT] = slot;
  }

  #grow(size: number): void {
    const before = this.#numbers.length / STRIDE;
    const numbers = new Int32Array(size * STRIDE);
    numbers.set(this.#numbers);
    for (let slot = size - 1; slot >= before; slot--) {
      numbers[slot * STRIDE + NEXT] = this.#free;
      this.#free = slot;
    }
    for (let slot = before; slot < size; slot++) this.#objects.push(null, null);
    this.#numbers = numbers;
  }
}

/** A closure as a happening: for what is rare. */
export const later = (run: () => void): Happening => ({ happen: run });
