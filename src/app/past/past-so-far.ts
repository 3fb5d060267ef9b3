import type { Clock } from '../clock.ts';
import type { PastSource } from './past-source.ts';

/** The show so far is offered anew after this, ms, or after such a share of its length (chosen: its index is read and signed each time). */
const LEAST_MS = 10_000;
const LENGTH_SHARE = 0.02;

/**
 * Offers what a show was so far to those who come while it goes on, again and again until it is stopped.
 * @param look null when there is nothing of it; must not reject
 */
export function offerSoFar(
  clock: Clock,
  look: () => Promise<PastSource | null>,
  offer: (source: PastSource) => void,
): () => void {
  const sinceMs = clock.nowMs();
  let isOver = false;
  let cancel = clock.after(LEAST_MS, () => void turn());
  async function turn(): Promise<void> {
    const source = await look();
    if (isOver) return;
    if (source !== null) offer(source);
    const lengthMs = clock.nowMs() - sinceMs;
    cancel = clock.after(Math.max(LEAST_MS, lengthMs * LENGTH_SHARE), () => void turn());
  }
  return () => {
    isOver = true;
    cancel();
  };
}
