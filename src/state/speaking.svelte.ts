import { chooseLanguage, type Language, LANGUAGES } from '../app/language.ts';
import type { Location } from './location.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';

/** Which language the pages speak. */
export class Speaking {
  readonly languages = LANGUAGES;
  readonly #location: Location;
  readonly #preferences: Preferences;

  constructor(location: Location, preferences: Preferences) {
    this.#location = location;
    this.#preferences = preferences;
  }

  get language(): Language {
    return chooseLanguage(this.#location.place.settings.lang, this.#preferences.language, navigator.languages);
  }

  choose(language: Language): void {
    this.#preferences.language = language;
    this.#location.forgetLanguage();
  }
}
