import type { LineMemory } from '../app/studio-session.ts';

const KEY = 'passaparola.line';
/** What a line carried says nothing about tomorrow's, ms. Chosen: a crash, a new browser window, a cup of coffee. */
const FRESH_MS = 600_000;
/** Written so often at most, ms. Chosen: measuring takes seconds as well. */
const WRITE_EVERY_MS = 5_000;
/** Bounds of what is believed, bit/s. Chosen: less doesn't carry a show, more is nobody's uplink. */
const LEAST_BPS = 100_000;
const MOST_BPS = 1_000_000_000;

/** Remembers on this device what the host's line carried, for a page that was closed by mistake. */
export function createLineMemory(nowMs: () => number = Date.now): LineMemory {
  let writtenMs = Number.NEGATIVE_INFINITY;
  return {
    recall: () => {
      const { bitsPerSecond, atMs } = load();
      if (typeof bitsPerSecond !== 'number' || !(bitsPerSecond >= LEAST_BPS && bitsPerSecond <= MOST_BPS)) return null;
      const ageMs = nowMs() - Number(atMs);
      return ageMs >= 0 && ageMs < FRESH_MS ? bitsPerSecond : null;
    },
    remember: (bitsPerSecond) => {
      const atMs = nowMs();
      if (atMs - writtenMs < WRITE_EVERY_MS) return;
      writtenMs = atMs;
      try {
        localStorage.setItem(KEY, JSON.stringify({ bitsPerSecond, atMs }));
      } catch {
        // Private windows may refuse; the line is then measured anew.
      }
    },
  };
}

/** Whatever is found under the key; nothing of it is believed yet. */
function load(): { readonly bitsPerSecond?: unknown; readonly atMs?: unknown } {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}
