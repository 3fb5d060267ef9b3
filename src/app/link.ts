import { parseStreamId } from '../core/stream-id.ts';
import { parseHash } from './route.ts';

const MAX_PASTED_LENGTH = 2048; // chosen: longer than any link that a messenger makes of ours

/** The link to share: the page's address without its settings, so that nobody inherits a language or a limit. */
export function watchLink(page: { readonly origin: string; readonly pathname: string }, streamId: string): string {
  return `${page.origin}${page.pathname}#/watch/${streamId}`;
}

/** The same link on the address that other devices know this site by. @param siteUrl ends with a slash */
export const linkAt = (siteUrl: string, streamId: string): string => `${siteUrl}#/watch/${streamId}`;

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
