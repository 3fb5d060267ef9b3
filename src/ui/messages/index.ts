import type { Language } from '../../app/language.ts';
import { en } from './en.ts';
import { it } from './it.ts';

/** Every string that a person can meet. A language that misses one does not compile. */
export type Messages = typeof en;

/** The catalogues. */
export const catalogues: Readonly<Record<Language, Messages>> = { en, it };

/** Each language by its own name, for the switch. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', it: 'Italiano' };
