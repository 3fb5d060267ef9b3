// Inline, as all workers here: one whose file does not come says nothing, and nothing happens.
import TickerWorker from './ticker-worker.ts?worker&inline';

/**
 * A timer that keeps its pace while the page is hidden.
 * @param intervalMs 10 or more
 * @returns the way to stop it
 */
export function startTicker(intervalMs: number, onTick: () => void): () => void {
  const worker = new TickerWorker();
  worker.addEventListener('message', onTick);
  worker.postMessage(intervalMs);
  return () => worker.terminate();
}
