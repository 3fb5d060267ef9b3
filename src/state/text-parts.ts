/** A stretch of a message: plain text, or a link whose address was checked. */
export type TextPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string };

const ADDRESS = /https?:\/\/[^\s<>"]+/giu;
/** What more likely belongs to the sentence than to the address. */
const TAIL = /[.,;:!?'’”»)\]}]+$/u;

/** Finds the links of a message. Only http and https, shown as the address that they really lead to. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = match[0].replace(TAIL, '');
    const href = addressOf(found);
    if (href === null) continue;
    if (match.index > at) parts.push({ type: 'text', text: text.slice(at, match.index) });
    parts.push({ type: 'link', text: href, href });
    at = match.index + found.length;
  }
  if (at < text.length) parts.push({ type: 'text', text: text.slice(at) });
  return parts;
}

/**
 * The address that a text really leads to; null unless it is a plain http or https one.
 * Foreign letters of a host name come out as `xn--…`, and a user name, which could pass for a host, is refused.
 */
export function addressOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { href, username, password, protocol } = new URL(text);
  const isPlain = username === '' && password === '' && (protocol === 'http:' || protocol === 'https:');
  return isPlain ? href : null;
}

/** Whether a message speaks to somebody of that name: `@Anna`, whatever the case. */
export function mentions(text: string, name: string): boolean {
  if (name === '') return false;
  const [said, called] = [text.toLocaleLowerCase(), `@${name.toLocaleLowerCase()}`];
  for (let at = said.indexOf(called); at >= 0; at = said.indexOf(called, at + 1)) {
    if (!/^[\p{L}\p{N}]/u.test(said.slice(at + called.length))) return true;
  }
  return false;
}
