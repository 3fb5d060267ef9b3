import type { Language } from '../../app/language.ts';
import { en } from './en.ts';

/** Every string that a person can meet. A language that misses one does not compile. */
export type Messages = typeof en;

/** Each catalogue comes when it is spoken; the one that stands in for the others is there from the start. */
export const catalogues: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: () => Promise.resolve(en),
  it: async () => (await import('./it.ts')).it,
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
};

/** Each language by its own name, for the switch. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  it: 'Italiano',
  de: 'Deutsch',
  fr: 'Français',
};
