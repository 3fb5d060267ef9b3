import type { Browser, Page } from '@playwright/test';
import { openPage, PHONE } from './show.ts';

/** One page's network, WebRTC included. */
export interface NetworkSwitch {
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/**
 * A line without bounds: WebRTC heeds the switch only where a rule has been there from the beginning. With a rate, however
 * high, Chromium 156 holds the first downloads of one page in four for ever.
 */
const WIDE = {
  urlPattern: '',
  latency: 0,
  packetQueueLength: 1_000,
  downloadThroughput: -1,
  uploadThroughput: -1,
};

/** A viewer whose network can be taken away; like others it may not show anything yet. */
export async function watchOverSwitch(
  browser: Browser,
  link: string,
): Promise<{ readonly page: Page; readonly network: NetworkSwitch }> {
  const page = await openPage(browser, 'about:blank', PHONE);
  // Held from here on: a page takes no new session while its network is away.
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const set = async (offline: boolean): Promise<void> => {
    const conditions = { ...WIDE, packetLoss: offline ? 100 : 0 };
    await session.send('Network.emulateNetworkConditionsByRule', { offline, matchedNetworkConditions: [conditions] });
  };
  await set(false);
  await page.goto(`${link}?lang=en`);
  return { page, network: { cut: () => set(true), mend: () => set(false) } };
}
