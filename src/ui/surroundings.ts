import { createContext } from 'svelte';
import type { Platform } from '../app/sessions.ts';
import type { OwnPlan } from '../state/own-plan.svelte.ts';
import type { Location } from '../state/location.svelte.ts';
import type { Preferences } from '../state/preferences.svelte.ts';
import type { RelayChoice } from '../state/relay-choice.svelte.ts';
import type { Speaking } from '../state/speaking.svelte.ts';

/** What every page stands in. */
export interface Surroundings {
  readonly platform: Platform;
  readonly location: Location;
  readonly ownPlan: OwnPlan;
  readonly preferences: Preferences;
  readonly relayChoice: RelayChoice;
  readonly speaking: Speaking;
}

/** Pages and their parts take it from here; `App.svelte` provides it. */
export const [useSurroundings, provideSurroundings] = createContext<Surroundings>();
