/** Longest title in a name, characters: file systems take 255 bytes. Chosen. */
const MAX_TITLE = 80;

/**
 * A name that every file system takes: the title, when it was, what it is.
 * @param date as the person reads a day and a time, without signs that mean something to file systems
 * @param ending without its dot
 */
export function fileNameOf(title: string, date: string, ending: string): string {
  const plain = title
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[\\/:*?"<>|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+/, '')
    .trim();
  const short = Array.from(plain).slice(0, MAX_TITLE).join('').trim();
  return `${short === '' ? '' : `${short} `}${date}.${ending}`;
}
