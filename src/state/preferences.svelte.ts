import { type Language, LANGUAGES } from '../app/language.ts';

interface Stored {
  readonly language: Language | null;
  readonly uplinkMbps: number | null;
  readonly relay: boolean | null;
  readonly soundForEveryPlayer: boolean;
}

const KEY = 'passaparola.preferences';
const NOTHING: Stored = { language: null, uplinkMbps: null, relay: null, soundForEveryPlayer: false };

/** What a person chose on this device; kept in `localStorage` where the browser allows it, else until the page closes. */
export class Preferences {
  #stored = $state.raw(load());

  /** Null: follow the browser. */
  get language(): Language | null {
    return this.#stored.language;
  }

  set language(language: Language | null) {
    this.#change({ language });
  }

  /** Mbit/s, 0.1 to 10,000; null: measure it. */
  get uplinkMbps(): number | null {
    return this.#stored.uplinkMbps;
  }

  set uplinkMbps(uplinkMbps: number | null) {
    this.#change({ uplinkMbps });
  }

  /** Null: no choice made yet. */
  get relay(): boolean | null {
    return this.#stored.relay;
  }

  set relay(relay: boolean | null) {
    this.#change({ relay });
  }

  /** Recordings are taken along with sound that every player knows. */
  get soundForEveryPlayer(): boolean {
    return this.#stored.soundForEveryPlayer;
  }

  set soundForEveryPlayer(soundForEveryPlayer: boolean) {
    this.#change({ soundForEveryPlayer });
  }

  #change(change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#stored));
    } catch {
      // Private windows may refuse; the choice then lasts as long as the page.
    }
  }
}

/** Whatever else is found under the key, by an older page or by hand, counts as no choice. */
function load(): Stored {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof found !== 'object' || found === null) return NOTHING;
    const { language, uplinkMbps, relay, soundForEveryPlayer } = found as Record<keyof Stored, unknown>;
    return {
      language: LANGUAGES.find((known) => known === language) ?? null,
      uplinkMbps: typeof uplinkMbps === 'number' && uplinkMbps >= 0.1 && uplinkMbps <= 10_000 ? uplinkMbps : null,
      relay: typeof relay === 'boolean' ? relay : null,
      soundForEveryPlayer: soundForEveryPlayer === true,
    };
  } catch {
    return NOTHING;
  }
}
