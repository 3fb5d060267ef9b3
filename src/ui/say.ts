import { createContext } from 'svelte';
import type { Messages } from './messages/index.ts';
import type { unitsOf } from './messages/units.ts';

/** The words and numbers of the chosen language; reads in a template follow a change of language. */
export interface Speech {
  readonly say: Messages;
  readonly units: ReturnType<typeof unitsOf>;
}

/** Components take their words from here; `App.svelte` provides them. */
export const [useSpeech, provideSpeech] = createContext<Speech>();
