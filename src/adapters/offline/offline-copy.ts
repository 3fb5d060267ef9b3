/** Time after the page has loaded, ms. Chosen: by then the first picture is there, and nothing competes with it. */
const AFTER_MS = 5000;

/**
 * Keeps a copy of the app on this device once the page has come to rest, and looks for a newer one. Does nothing where
 * the browser has no service workers, as on pages without encryption. Never throws.
 */
export function keepOfflineCopy(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const keep = (): void => {
    setTimeout(() => {
      const script = new URL('service-worker.js', document.baseURI);
      navigator.serviceWorker.register(script, { updateViaCache: 'none' }).catch(() => {
        // Private windows and settings may refuse; the app then needs the site to start.
      });
    }, AFTER_MS);
  };
  if (document.readyState === 'complete') keep();
  else addEventListener('load', keep, { once: true });
}
