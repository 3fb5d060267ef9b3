/** Marks that can be piled upon one letter (chosen: Vietnamese and Thai need two; a few more do no harm). */
const PILED = /(\p{M}{4})\p{M}+/gu;

/** A line break, and what joins emoji and the letters of some scripts. */
const JOINERS = ['\n', '\u200c', '\u200d'];

/**
 * Text that stays in its place: no control signs, nothing that turns the direction of what follows or hides letters, no
 * piles of accents. The joiners that emoji and some scripts need stay.
 */
function tame(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cs}\p{Co}]/gu, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, (sign) => (JOINERS.includes(sign) ? sign : ''))
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(PILED, '$1');
}

/** Cuts between what people see as letters, as far as code points tell. */
const cut = (text: string, most: number): string => Array.from(text).slice(0, most).join('');

/** A text of several lines. @param most characters (code points) */
export function cleanText(text: string, most: number): string {
  const lines = tame(text)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n');
  return cut(lines, most).trim();
}

/** A name or title: one line, single spaces. @param most characters (code points) */
export function cleanLine(text: string, most: number): string {
  return cut(tame(text).replace(/\s+/g, ' ').trim(), most).trim();
}
