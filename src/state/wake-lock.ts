/**
 * Keeps the screen awake until the returned function is called. Browsers drop the lock when the page is hidden, so it
 * is asked for again when the page comes back; where there is no lock (insecure pages) nothing happens.
 */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;

  const acquire = async (): Promise<void> => {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    try {
      const sentinel = await navigator.wakeLock.request('screen');
      if (wanted) lock = sentinel;
      else await sentinel.release();
    } catch {
      // Low battery: the system decides, and the show goes on.
    }
  };
  const again = (): void => void acquire();

  again();
  document.addEventListener('visibilitychange', again);
  return () => {
    wanted = false;
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
