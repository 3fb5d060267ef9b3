import type { RelaySettings } from '../app/sessions.ts';
import type { Location } from './location.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/**
 * How much this device may pass on: a choice made on this page counts, then the link, then what was chosen on an
 * earlier visit. Who asks the browser to save data passes nothing on unless they choose to. And nobody passes on from a
 * page that is about to be stopped: those whom it feeds are handed over while it still runs.
 */
export class RelayChoice {
  readonly #location: Location;
  readonly #preferences: Preferences;
  #chosenHere = $state.raw<Partial<RelaySettings>>({});
  #isStopping = $state.raw(false);

  constructor(location: Location, preferences: Preferences) {
    this.#location = location;
    this.#preferences = preferences;
    if (!stopsHiddenPages()) return;
    document.addEventListener('visibilitychange', () => (this.#isStopping = document.visibilityState === 'hidden'));
  }

  /** What the person wants. */
  get wish(): RelaySettings {
    const { uplinkMbps, relayOff } = this.#location.place.settings;
    return {
      uplinkMbps: uplinkMbps ?? this.#preferences.uplinkMbps,
      relay: !relayOff && (this.#preferences.relay ?? !savesData()),
      ...this.#chosenHere,
    };
  }

  /** What holds now. */
  get settings(): RelaySettings {
    return { ...this.wish, relay: this.wish.relay && !this.#isStopping };
  }

  setRelay(relay: boolean): void {
    this.#chosenHere = { ...this.#chosenHere, relay };
    this.#preferences.relay = relay;
  }

  /** @param uplinkMbps Mbit/s, 0.1 to 10,000; null: measure it */
  setUplink(uplinkMbps: number | null): void {
    this.#chosenHere = { ...this.#chosenHere, uplinkMbps };
    this.#preferences.uplinkMbps = uplinkMbps;
  }
}

/** Chromium only. @see https://wicg.github.io/savedata/ */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}

/**
 * iPhones and iPads stop a page some seconds after it is hidden, links and all; elsewhere hidden pages with links go on.
 * iPads say that they are Macs, which have no touch screens. @see https://webkit.org/blog/8970/how-web-content-can-affect-power-usage/
 */
function stopsHiddenPages(): boolean {
  const { platform } = navigator as { readonly platform?: string };
  return /^(iPhone|iPad|iPod)/.test(platform ?? '') || (platform === 'MacIntel' && navigator.maxTouchPoints > 1);
}
