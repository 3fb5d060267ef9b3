/**
 * A timer that keeps its pace while the page is hidden.
 * @param intervalMs 10 or more
 * @returns the way to stop it
 */
export function startTicker(intervalMs: number, onTick: () => void): () => void {
  const worker = new Worker(new URL('./ticker-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', onTick);
  worker.postMessage(intervalMs);
  return () => worker.terminate();
}
