import type { Entry, PersonId } from './entry.ts';
import type { Reading } from './reading.ts';

/** An entry with the time that counts. */
export interface Said extends Reading {
  /** By the host's clock, ms; never outside of what the host witnessed. */
  readonly atMs: number;
}

/** What the host had seen of a client when. */
interface Sight {
  readonly atMs: number;
  readonly count: number;
}

/** What was dated back comes behind what really is of that moment. */
const isPushed = ({ atMs, entry }: Said): number => (atMs > entry.timeMs ? 1 : 0);

const inOrder = (a: Said, b: Said): number =>
  a.atMs - b.atMs ||
  isPushed(a) - isPushed(b) ||
  a.entry.timeMs - b.entry.timeMs ||
  a.entry.client - b.entry.client ||
  a.entry.clock - b.entry.clock;

/**
 * Puts entries into the one order that everybody sees, whatever order they arrived in. Authors date their own entries;
 * the host's witnesses bound that: what the host had not seen at its time T is of T or later, and what it had seen is
 * of T or earlier. So nobody can write into the past behind the latest witness.
 */
export function inTime(said: readonly Reading[], host: PersonId | null): Said[] {
  const witnessed: number[] = [];
  const sights = new Map<number, Sight[]>();
  const witnesses = said.filter(({ entry, content }) => content.type === 'witness' && entry.author === host);
  witnesses.sort((a, b) => a.entry.timeMs - b.entry.timeMs || a.entry.client - b.entry.client);
  for (const { entry, content } of witnesses) {
    witnessed.push(entry.timeMs);
    if (content.type !== 'witness') continue;
    for (const { client, clock: count } of content.seen) {
      const known = sights.get(client) ?? [];
      if (count <= (known.at(-1)?.count ?? 0)) continue;
      known.push({ atMs: entry.timeMs, count });
      sights.set(client, known);
    }
  }
  const timed = said.map((one) => ({ ...one, atMs: bounded(one.entry) }));
  return timed.sort(inOrder);

  function bounded({ author, client, clock, timeMs }: Entry): number {
    if (author === host) return timeMs; // who could correct the host
    const first = (sights.get(client) ?? []).find(({ count }) => count > clock);
    const before = first ? lastBefore(first.atMs) : witnessed.at(-1);
    return Math.min(Math.max(timeMs, before ?? 0), first?.atMs ?? Number.POSITIVE_INFINITY);
  }

  /** The latest witness before that one. */
  function lastBefore(atMs: number): number | undefined {
    let [low, high] = [0, witnessed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((witnessed[middle] ?? 0) < atMs) low = middle + 1;
      else high = middle;
    }
    return witnessed[low - 1];
  }
}
