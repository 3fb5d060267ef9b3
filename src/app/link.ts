import { parseStreamId } from '../core/stream-id.ts';
import { type Plan, planQuery } from './plan.ts';
import { parseHash } from './route.ts';

const MAX_PASTED_LENGTH = 4096; // chosen: longer than any link that a messenger makes of ours

/** The link to share, without the page's settings, so that nobody inherits a language or a limit. */
export function watchLink(
  page: { readonly origin: string; readonly pathname: string },
  streamId: string,
  plan: Plan | null = null,
): string {
  return linkAt(`${page.origin}${page.pathname}`, streamId, plan);
}

/** The same link on the address that other devices know this site by. @param siteUrl ends with a slash */
export const linkAt = (siteUrl: string, streamId: string, plan: Plan | null): string =>
  `${siteUrl}${watchHash(streamId, plan)}`;

function watchHash(streamId: string, plan: Plan | null): string {
  const query = planQuery(plan);
  return `#/watch/${streamId}${query === '' ? '' : `?${query}`}`;
}

/** The hash that leads to what a person pasted, with what the link announces; null when it names no show. */
export function hashOfPasted(pasted: string): string | null {
  const streamId = streamIdInText(pasted);
  if (streamId === null) return null;
  const [hash = ''] = pasted.slice(Math.max(0, pasted.indexOf('#'))).split(/\s/, 1);
  return watchHash(streamId, parseHash(hash).plan);
}

/**
 * The stream id in what a person pasted: a link of any host, `#/watch/<id>`, or the bare id. Null when there is none.
 */
export function streamIdInText(pasted: string): string | null {
  const text = pasted.trim();
  if (text.length > MAX_PASTED_LENGTH) return null;
  const hashAt = text.indexOf('#');
  if (hashAt < 0) return parseStreamId(text);
  const [hash = ''] = text.slice(hashAt).split(/\s/, 1); // messengers add words after the link
  const { route } = parseHash(hash);
  return route.type === 'watch' ? route.streamId : null;
}

/** True for an address that leads every other device to itself. */
export function isThisDeviceOnly(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^(127\.|\[::1\])/.test(hostname);
}

/** The hash of a page with one of its settings taken out. */
export function withoutSetting(hash: string, name: string): string {
  const [path = '', query = ''] = hash.split('?', 2);
  const rest = new URLSearchParams(query);
  rest.delete(name);
  const left = rest.toString();
  return left === '' ? path : `${path}?${left}`;
}
