import { createSubscriber } from 'svelte/reactivity';

/** Calls whoever reads `now` again every so often, and sleeps while nobody does. */
export class Ticker {
  readonly #tick: () => void;

  constructor(everyMs: number) {
    this.#tick = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => clearInterval(timer);
    });
  }

  /** Takes a reading now and at every tick. */
  sample<Reading>(read: () => Reading): Reading {
    this.#tick();
    return read();
  }

  /** Unix time, ms. */
  get now(): number {
    this.#tick();
    return Date.now();
  }
}
