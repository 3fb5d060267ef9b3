import { parseStreamId } from '../core/stream-id.ts';
import type { SourceKind } from './capture-desk.ts';
import { type Language, languageOf } from './language.ts';
import { type Plan, readMoment, readShop, readTitle } from './plan.ts';

/** A page, as the part of the hash before `?` names it. */
export type Route =
  | { readonly type: 'home' }
  | { readonly type: 'studio' }
  | { readonly type: 'watch'; readonly streamId: string }
  | { readonly type: 'watch-invalid' } // looks like a link to a show, but names none
  | { readonly type: 'recordings' }
  | { readonly type: 'unknown' };

/** What the part of the hash after `?` sets; null where it is silent. */
export interface LinkSettings {
  readonly lang: Language | null;
  /** Mbit/s, 0.1 to 10,000. */
  readonly uplinkMbps: number | null;
  /** Only `relay=off` exists. */
  readonly relayOff: boolean;
  readonly source: SourceKind | null;
  /** kbit/s, 100 to 20,000. */
  readonly bitrateKbps: number | null;
  /** Pixels, 144 to 1,080. */
  readonly height: number | null;
  /** Of a plan, each part as `Plan` has it. */
  readonly title: string | null;
  readonly atMs: number | null;
  readonly shop: string | null;
  /** The page stands inside another one: only the picture. */
  readonly embed: boolean;
}

/** A setting that means nothing here; the page shows it. At most 40 characters each. */
export interface IgnoredSetting {
  readonly name: string;
  readonly value: string;
}

/** Where the person is: one page with its settings. */
export interface Place {
  readonly route: Route;
  readonly settings: LinkSettings;
  /** At most 8 of them. */
  readonly ignored: readonly IgnoredSetting[];
  /** What the link announces; null when it is silent. */
  readonly plan: Plan | null;
}

const MAX_HASH_LENGTH = 2048; // chosen: twice the longest link that means something, a title in a script of three bytes
const MAX_IGNORED = 8; // chosen: a notice stays readable
const MAX_SHOWN_LENGTH = 40;

const NO_SETTINGS: LinkSettings = {
  lang: null,
  uplinkMbps: null,
  relayOff: false,
  source: null,
  bitrateKbps: null,
  height: null,
  title: null,
  atMs: null,
  shop: null,
  embed: false,
};

const SOURCES: readonly SourceKind[] = ['camera', 'screen', 'file', 'test'];

/** Reads one value; null when it is impossible. */
const readers: Record<string, (value: string) => Partial<LinkSettings> | null> = {
  lang: (value) => defined('lang', languageOf(value)),
  uplink: (value) => defined('uplinkMbps', numberBetween(0.1, 10_000, value)),
  relay: (value) => (value === 'off' ? { relayOff: true } : null),
  source: (value) => defined('source', SOURCES.find((source) => source === value) ?? null),
  bitrate: (value) => defined('bitrateKbps', integerBetween(100, 20_000, value)),
  height: (value) => defined('height', integerBetween(144, 1080, value)),
  title: (value) => defined('title', readTitle(value)),
  at: (value) => defined('atMs', readMoment(value)),
  shop: (value) => defined('shop', readShop(value)),
  embed: (value) => (value === '1' ? { embed: true } : null),
};

const SETTINGS_OF_PAGE: Record<Route['type'], readonly string[]> = {
  home: ['lang'],
  studio: ['lang', 'uplink', 'relay', 'source', 'bitrate', 'height'],
  watch: ['lang', 'uplink', 'relay', 'title', 'at', 'shop', 'embed'],
  'watch-invalid': ['lang', 'uplink', 'relay', 'title', 'at', 'shop', 'embed'],
  recordings: ['lang'],
  unknown: ['lang'],
};

/**
 * Reads `location.hash`. Never throws, whatever the link says; the first of two equal settings counts.
 * @param hash with or without its `#`
 */
export function parseHash(hash: string): Place {
  if (hash.length > MAX_HASH_LENGTH) {
    return { route: { type: 'unknown' }, settings: NO_SETTINGS, ignored: [], plan: null };
  }
  const [path = '', query = ''] = splitOnce(hash.replace(/^#/, ''), '?');
  const route = parsePath(path);
  const { settings, ignored } = parseSettings(query, SETTINGS_OF_PAGE[route.type]);
  return { route, settings, ignored, plan: planOf(settings) };
}

function planOf({ title, atMs, shop }: LinkSettings): Plan | null {
  return title === null && atMs === null && shop === null ? null : { title: title ?? '', atMs, shop };
}

function parsePath(path: string): Route {
  const [page, detail, ...rest] = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (page === 'watch' && rest.length === 0) {
    const streamId = parseStreamId(detail ?? '');
    return streamId === null ? { type: 'watch-invalid' } : { type: 'watch', streamId };
  }
  if (detail !== undefined) return { type: 'unknown' };
  if (page === '') return { type: 'home' };
  if (page === 'studio' || page === 'recordings') return { type: page };
  return { type: 'unknown' };
}

function parseSettings(query: string, known: readonly string[]): Pick<Place, 'settings' | 'ignored'> {
  let settings = NO_SETTINGS;
  const seen = new Set<string>();
  const ignored: IgnoredSetting[] = [];
  for (const [name, value] of new URLSearchParams(query)) {
    const read = known.includes(name) && !seen.has(name) ? readers[name]?.(value) : null;
    if (read) {
      seen.add(name);
      settings = { ...settings, ...read };
    } else if (ignored.length < MAX_IGNORED) {
      ignored.push({ name: shown(name), value: shown(value) });
    }
  }
  return { settings, ignored };
}

/** `null` stays null, so that an impossible value is told from a silent link. */
function defined<Name extends keyof LinkSettings>(name: Name, value: LinkSettings[Name]): Partial<LinkSettings> | null {
  return value === null ? null : { [name]: value };
}

function numberBetween(least: number, most: number, text: string): number | null {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text)) return null;
  const value = Number(text);
  return value >= least && value <= most ? value : null;
}

function integerBetween(least: number, most: number, text: string): number | null {
  return text.includes('.') ? null : numberBetween(least, most, text);
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Cut to what fits a notice, without control characters. */
function shown(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, '');
  return plain.length > MAX_SHOWN_LENGTH ? `${plain.slice(0, MAX_SHOWN_LENGTH - 1)}…` : plain;
}
