import type { RelaySettings } from '../app/sessions.ts';
import type { Location } from './location.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/**
 * How much this device may pass on: a choice made on this page counts, then the link, then what was chosen on an
 * earlier visit. Who asks the browser to save data passes nothing on unless they choose to.
 */
export class RelayChoice {
  readonly #location: Location;
  readonly #preferences: Preferences;
  #chosenHere = $state.raw<Partial<RelaySettings>>({});

  constructor(location: Location, preferences: Preferences) {
    this.#location = location;
    this.#preferences = preferences;
  }

  get settings(): RelaySettings {
    const { uplinkMbps, relayOff } = this.#location.place.settings;
    return {
      uplinkMbps: uplinkMbps ?? this.#preferences.uplinkMbps,
      relay: !relayOff && (this.#preferences.relay ?? !savesData()),
      ...this.#chosenHere,
    };
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
