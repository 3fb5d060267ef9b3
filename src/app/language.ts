/** Languages that the pages speak, as BCP 47 primary tags; the first one is for everybody else. */
export const LANGUAGES = ['en', 'it', 'de', 'fr'] as const;

/** One of `LANGUAGES`. */
export type Language = (typeof LANGUAGES)[number];

/** The language that a tag such as `it-CH` asks for; null when the pages don't speak it. */
export function languageOf(tag: string): Language | null {
  const primary = tag.toLowerCase().split('-', 1)[0];
  return LANGUAGES.find((language) => language === primary) ?? null;
}

/**
 * The link decides, then what the person chose here before, then the browser's list of preferences.
 * @param preferred BCP 47 tags, best first
 */
export function chooseLanguage(
  fromLink: Language | null,
  chosen: Language | null,
  preferred: readonly string[],
): Language {
  const spoken = preferred.map(languageOf).find((language) => language !== null);
  return fromLink ?? chosen ?? spoken ?? LANGUAGES[0];
}
