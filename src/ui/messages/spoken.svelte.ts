import type { Language } from '../../app/language.ts';
import { persistently } from '../../state/persistently.ts';
import { en } from './en.ts';
import { catalogues, type Messages } from './index.ts';

/** A language whose words are there. */
export interface Spoken {
  readonly language: Language;
  readonly say: Messages;
}

/** The words of a language; English where they do not come, for a page without words is worse. */
async function wordsOf(language: Language): Promise<Spoken> {
  try {
    return { language, say: await persistently(catalogues[language]) };
  } catch {
    return { language: 'en', say: en };
  }
}

/**
 * The words on the pages: those of the language asked for once they have come, until then the former ones, so that
 * nothing blinks. Null until the first have come. @param wanted read in an effect: its changes are followed
 */
export function speakAs(wanted: () => Language): { readonly now: Spoken | null } {
  let now = $state.raw<Spoken | null>(null);
  $effect(() => {
    const language = wanted();
    void wordsOf(language).then((spoken) => {
      if (wanted() === language) now = spoken;
    });
  });
  return {
    get now() {
      return now;
    },
  };
}
