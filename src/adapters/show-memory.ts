import type { LastShow, ShowMemory } from '../app/own-show.ts';

const KEY = 'passaparola.last-show';
/** What was true of a show says nothing about tomorrow's, ms. Chosen: a crash, a new browser window, a cup of coffee. */
const FRESH_MS = 600_000;
/** Written so often at most, ms. Chosen: measuring takes seconds as well. */
const WRITE_EVERY_MS = 5_000;
/** Bounds of what is believed, bit/s. Chosen: less doesn't carry a show, more is nobody's uplink. */
const LEAST_BPS = 100_000;
const MOST_BPS = 1_000_000_000;

/**
 * Remembers on this device how the host's show went, for a page that was closed by mistake. A browser that is killed may
 * not have written the last seconds to disk: of a show that had just begun nothing is remembered but its link, which
 * `ShowKeys` keeps.
 */
export function createShowMemory(nowMs: () => number = Date.now): ShowMemory {
  let writtenMs = Number.NEGATIVE_INFINITY;
  return {
    recall: () => {
      const { streamId, sinceMs, bitsPerSecond, viewers, atMs } = load();
      const ageMs = nowMs() - Number(atMs);
      if (!(ageMs >= 0 && ageMs < FRESH_MS)) return null;
      const show: LastShow = {
        streamId: typeof streamId === 'string' ? streamId : '',
        sinceMs: within(sinceMs, 0, nowMs()) ? sinceMs : nowMs(),
        bitsPerSecond: within(bitsPerSecond, LEAST_BPS, MOST_BPS) ? bitsPerSecond : null,
        viewers: within(viewers, 0, Number.MAX_SAFE_INTEGER) ? Math.floor(viewers) : 0,
      };
      return show;
    },
    remember: (show) => {
      const atMs = nowMs();
      if (atMs - writtenMs < WRITE_EVERY_MS) return;
      writtenMs = atMs;
      store({ ...show, atMs });
    },
    end: () => store({ ...load(), streamId: '' }),
  };
}

function store(record: object): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(record));
  } catch {
    // Private windows may refuse; it is then found out anew.
  }
}

const within = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most;

/** Whatever is found under the key; nothing of it is believed yet. */
function load(): Readonly<Partial<Record<keyof LastShow | 'atMs', unknown>>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {};
  }
}
