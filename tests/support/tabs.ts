import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { BROWSER_SWITCHES, findBrowser } from './browser.ts';
import { PHONE } from './show.ts';

/** Playwright's own switches that spare hidden pages what browsers do to them. */
const SPARING = [
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
];

/**
 * A browser with a window of real tabs, of which only the one in front is visible; the others get one timer a second.
 * Everywhere else Playwright makes each page believe that it has the focus.
 */
export interface TabbedBrowser {
  /** For all the other pages, in contexts of their own. */
  readonly browser: Browser;
  /** A new tab in front of all others. @param prepare what is done to it before anything is loaded */
  openTab(url: string, prepare?: (tab: Page) => Promise<unknown>): Promise<Page>;
  /** Stops a hidden tab: it is there, and silent, as a phone keeps a page that was left. */
  freeze(tab: Page): Promise<void>;
  thaw(tab: Page): Promise<void>;
  close(): Promise<void>;
}

/** Starts it. @throws Error when there is no browser, or no free port */
export async function openTabbedBrowser(): Promise<TabbedBrowser> {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [...BROWSER_SWITCHES, `--remote-debugging-port=${port}`],
    ignoreDefaultArgs: SPARING,
  });
  const window = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [context] = window.contexts();
  if (!context) throw new Error('a browser without a window');
  // A frozen page takes no new session: each tab keeps the one that it was opened with.
  const sessions = new Map<Page, CDPSession>();
  const setState = async (tab: Page, state: 'frozen' | 'active') => {
    await sessions.get(tab)?.send('Page.setWebLifecycleState', { state });
  };
  return {
    browser,
    openTab: async (url, prepare) => {
      const tab = await context.newPage();
      await prepare?.(tab);
      sessions.set(tab, await context.newCDPSession(tab));
      await tab.setViewportSize(PHONE);
      await tab.goto(url);
      return tab;
    },
    freeze: (tab) => setState(tab, 'frozen'),
    thaw: (tab) => setState(tab, 'active'),
    close: async () => {
      await window.close();
      await browser.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
