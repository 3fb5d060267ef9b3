/** Before each further try, ms (chosen: a device that changes its network has the new one after a second or two). */
const WAITS_MS: readonly number[] = [100, 500, 2_000];
/** A page that has been there for longer is not loaded anew by itself, ms (chosen: a person may have begun something). */
const YOUNG_MS = 20_000;

const failedStyles = new Set<HTMLLinkElement>();
document.addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') failedStyles.add(target);
  },
  true,
);

/**
 * Loads a part of the site, and tries again where that fails: when a device changes its network, browsers break off whatever is
 * on its way. Firefox keeps the failure of a module, Chromium asks for it again.
 * @throws whatever the last try threw
 */
export async function persistently<T>(load: () => Promise<T>): Promise<T> {
  for (const waitMs of WAITS_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      await Promise.all([...failedStyles].map(loadStyle));
    }
  }
  return load();
}

/** The same for what a page is nothing without: at last the page itself is loaded anew, once. */
export async function persistentlyOrAnew<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await persistently(load);
  } catch (error) {
    const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
    // Without any network the browser would show a page of its own.
    if (navigation?.type === 'reload' || performance.now() > YOUNG_MS || !navigator.onLine) throw error;
    location.reload();
    return new Promise(() => undefined);
  }
}

/** Bundlers count a stylesheet as asked for, whether it came or not: in its place stands another one. */
async function loadStyle(failed: HTMLLinkElement): Promise<void> {
  failedStyles.delete(failed);
  const again = failed.cloneNode() as HTMLLinkElement;
  await new Promise((resolve) => {
    again.addEventListener('load', resolve);
    again.addEventListener('error', resolve);
    failed.replaceWith(again);
  });
}
