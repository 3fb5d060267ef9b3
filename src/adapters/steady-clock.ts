import type { Clock } from '../app/clock.ts';

const startMs = Date.now() - performance.now();

/** The page's clock: Unix time at its start, then steadily on. Hidden tabs fire its timers once a second at best. */
export const steadyClock: Clock = {
  nowMs: () => startMs + performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
