/** Time, as the sessions need it; the page's own is made in `main.ts`. */
export interface Clock {
  /** Steady milliseconds: Unix time when the page began, never set back or forth since. */
  nowMs(): number;
  /** Calls back once after so many milliseconds; returns the way to stop that. */
  after(ms: number, callback: () => void): () => void;
}

/** Calls back again and again; the first time after one interval. Returns the way to stop that. */
export function every(clock: Clock, ms: number, callback: () => void): () => void {
  let stop = clock.after(ms, tick);
  function tick(): void {
    stop = clock.after(ms, tick);
    callback();
  }
  return () => {
    stop();
  };
}
