/** Letters of other scripts, and digits and signs, that pass for Latin ones. @see Unicode TS 39, a small part of it */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['a', 'аαɑ@4'],
    ['b', 'ьв8'],
    ['c', 'сϲ'],
    ['e', 'еεɛ3€'],
    ['h', 'һн'],
    ['i', 'іιıɩ1!|l'],
    ['k', 'кκ'],
    ['m', 'м'],
    ['n', 'ո'],
    ['o', 'оοσ0'],
    ['p', 'рρ'],
    ['s', 'ѕ5$'],
    ['t', 'тτ7'],
    ['u', 'υս'],
    ['v', 'ν'],
    ['x', 'хχ'],
    ['y', 'уγ'],
  ].flatMap(([letter = '', others = '']) => Array.from(others, (other) => [other, letter])),
);

/** What is left of a word when accents, case, lookalikes, repeated letters and everything between letters are ignored. */
export function skeleton(text: string): string {
  const plain = text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const latin = Array.from(plain, (sign) => LOOKALIKES[sign] ?? sign).join('');
  return latin.replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, '').replace(/(.)\1+/gu, '$1');
}

/** Blocked words shorter than this match whole words only, or "pass" would block "passion" (chosen). */
const INSIDE_LENGTH = 5;
/** And shorter ones than this are not looked for in single letters (chosen). */
const APART_LENGTH = 3;

/** A text as far as blocked words are concerned. */
export interface Spelling {
  readonly words: readonly string[];
  /** Runs of single letters: "b a d" is one word to who reads it, whatever letters stand around it. */
  readonly apart: readonly string[];
}

export const spellingOf = (text: string): Spelling => ({
  words: text.split(/\s+/).map(skeleton),
  apart: (text.match(/(?<=^|\s)\S(?:\s+\S)+(?=[\s\p{P}]|$)/gu) ?? []).map(skeleton),
});

/** Whether one of the words is in a text, however it is spelt. @param skeletons of the blocked words */
export const hasBlockedWord = ({ words, apart }: Spelling, skeletons: readonly string[]): boolean =>
  skeletons.some(
    (blocked) =>
      words.some((word) => word === blocked || (blocked.length >= INSIDE_LENGTH && word.includes(blocked))) ||
      (blocked.length >= APART_LENGTH && apart.some((letters) => letters.includes(blocked))),
  );
