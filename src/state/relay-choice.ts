import type { RelaySettings } from '../app/sessions.ts';
import type { LinkSettings } from '../app/route.ts';
import type { Preferences } from './preferences.svelte.ts';

/** The link decides, then the choice made on this device; who asks the browser to save data passes nothing on. */
export function relaySettingsFor(link: LinkSettings, preferences: Preferences): RelaySettings {
  return {
    uplinkMbps: link.uplinkMbps ?? preferences.uplinkMbps,
    relay: !link.relayOff && (preferences.relay ?? !savesData()),
  };
}

/** Chromium only. @see https://wicg.github.io/savedata/ */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}
