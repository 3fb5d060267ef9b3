import type { GroupEntry } from './entry.ts';

/** Groups that are only good together: one that begins with a key picture, and those that go on with it. */
export interface KeyRun {
  readonly groups: readonly GroupEntry[];
  /** In the recording, ms. */
  readonly startMs: number;
  readonly endMs: number;
}

/** A recording as it can be entered. What comes before the first key picture, or behind a missing group, is left out. */
export function keyRunsOf(entries: readonly GroupEntry[]): KeyRun[] {
  const runs: KeyRun[] = [];
  let last: GroupEntry | null = null;
  for (const entry of entries) {
    const run = runs.at(-1);
    if (entry.isKey) runs.push({ groups: [entry], startMs: entry.startMs, endMs: entry.endMs });
    else if (run && last?.number === entry.number - 1 && run.groups.at(-1) === last) {
      runs[runs.length - 1] = { ...run, groups: [...run.groups, entry], endMs: entry.endMs };
    }
    last = entry;
  }
  return runs;
}

/** The run that shows this moment: the last that has begun by then; 0 before all. */
export function runAt(runs: readonly { readonly startMs: number }[], atMs: number): number {
  let low = 0;
  let high = runs.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.startMs ?? 0) <= atMs) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Which run a player needs next: the one it shows, then those that follow; null when it has enough.
 * @param has whether a run is in its buffer
 */
export function nextRun(
  runs: readonly { readonly startMs: number }[],
  atMs: number,
  aheadMs: number,
  has: (run: number) => boolean,
): number | null {
  for (let run = runAt(runs, atMs); run < runs.length; run++) {
    if ((runs[run]?.startMs ?? 0) > atMs + aheadMs) return null;
    if (!has(run)) return run;
  }
  return null;
}

/** The entries of a part, from the key picture at or before its beginning to the end of what shows its end. */
export function cutEntries(entries: readonly GroupEntry[], fromMs: number, toMs: number): GroupEntry[] {
  const runs = keyRunsOf(entries);
  const first = runAt(runs, fromMs);
  return runs.slice(first).flatMap(({ groups, startMs }) => (startMs < toMs || startMs <= fromMs ? groups : []));
}
