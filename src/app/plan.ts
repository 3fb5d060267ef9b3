/**
 * A show that is announced. It travels in the link and nowhere else, so it is there before the host has opened anything,
 * and in every message and code that holds the link. Nobody vouches for it: it is shown as text, and starts nothing.
 */
export interface Plan {
  /** At most 80 characters; may be empty. */
  readonly title: string;
  /** Unix time, ms, a whole minute; null when only a title or a shop is told. */
  readonly atMs: number | null;
  /** Where the host sells, an https address of at most 200 characters. */
  readonly shop: string | null;
}

export const MAX_TITLE = 80; // chosen: two lines on a phone
const MAX_SHOP = 200; // chosen: longer ones are not typed by hand
/** Years that a calendar of today can mean (chosen). */
const FIRST_MS = Date.UTC(2020, 0);
const LAST_MS = Date.UTC(2100, 0);
/** How long a show takes in a calendar, where nobody knows, ms (chosen). */
const LENGTH_MS = 60 * 60_000;

/** A title as it may be shown: one line, without signs that turn or hide text. Null when nothing is left. */
export function readTitle(text: string): string | null {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
  return plain === '' || plain.length > MAX_TITLE ? null : plain;
}

/** `2026-12-01T18:00Z` as Unix time, ms; null for anything else. */
export function readMoment(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text)) return null;
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms < LAST_MS ? ms : null;
}

/** An https address without a user name, which could pass for a host; null for anything else. */
export function readShop(text: string): string | null {
  if (text.length > MAX_SHOP || !URL.canParse(text)) return null;
  const { protocol, username, password, href } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && href.length <= MAX_SHOP ? href : null;
}

/** The plan as settings of a link; empty when there is nothing to tell. */
export function planQuery(plan: Plan | null): string {
  if (plan === null) return '';
  const { atMs, title, shop } = plan;
  const at = atMs === null ? [] : [`at=${new Date(atMs).toISOString().slice(0, 16)}Z`];
  const rest = Object.entries({ title, shop: shop ?? '' })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return [...at, ...rest].join('&');
}

/**
 * The show as a calendar file (RFC 5545) that reminds ten minutes ahead.
 * @param show `title` as the calendar shall name it, `link` to follow, `uid` the same for the same show
 */
export function calendarFile(
  show: { readonly title: string; readonly atMs: number; readonly link: string; readonly uid: string },
  nowMs: number,
): string {
  const title = escaped(show.title);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Passaparola//EN',
    'BEGIN:VEVENT',
    `UID:${show.uid}@passaparola`,
    `DTSTAMP:${stamp(nowMs)}`,
    `DTSTART:${stamp(show.atMs)}`,
    `DTEND:${stamp(show.atMs + LENGTH_MS)}`,
    `SUMMARY:${title}`,
    `DESCRIPTION:${escaped(show.link)}`,
    `URL:${show.link}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${title}`,
    'TRIGGER:-PT10M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n');

/** Lines of at most 75 octets, cut between characters; what follows begins with a space. */
function folded(line: string): string {
  let [out, octets] = ['', 0];
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (octets + size > 75) [out, octets] = [`${out}\r\n `, 1];
    out += character;
    octets += size;
  }
  return out;
}
