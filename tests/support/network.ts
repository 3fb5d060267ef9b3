import type { Page } from '@playwright/test';

/** One page's network, WebRTC included. */
export interface NetworkSwitch {
  cut(): Promise<void>;
  mend(): Promise<void>;
}

const AS_IT_IS = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

/** Takes hold of it while it works: a page takes no new session while its network is away. */
export async function networkOf(page: Page): Promise<NetworkSwitch> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const set = async (offline: boolean): Promise<void> => {
    await session.send('Network.emulateNetworkConditions', { ...AS_IT_IS, offline, packetLoss: offline ? 100 : 0 });
  };
  return { cut: () => set(true), mend: () => set(false) };
}
