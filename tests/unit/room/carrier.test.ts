import { afterEach, expect, it, vi } from 'vitest';
import { openCarrier } from '../../../src/adapters/room/y-webrtc-carrier.ts';

afterEach(() => vi.unstubAllGlobals());

it('stays open when the page is asked to stay', async () => {
  const listeners = new Set<unknown>();
  const page = {
    addEventListener: (type: string, listener: unknown) => type === 'beforeunload' && listeners.add(listener),
    removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
  };
  vi.stubGlobal('window', page);
  vi.stubGlobal('removeEventListener', page.removeEventListener);
  const nothing = () => undefined;
  const carrier = openCarrier([])(1, {
    onSignal: nothing,
    onOpen: nothing,
    onClose: nothing,
    onUpdate: nothing,
    onHostile: nothing,
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(listeners.size).toBe(0);
  carrier.close();
});
