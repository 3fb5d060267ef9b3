import { renderUnicodeCompact } from 'uqr';
import type { SiteAddresses } from './addresses.ts';

/** What the terminal shows once the site is up. */
export function welcome({ local, network, watching }: SiteAddresses): string {
  const lines = ['', '  Passaparola is ready.', '', `  On this computer  ${local}`];
  const [code] = watching.length > 0 ? watching : network;
  if (code === undefined) return [...lines, ''].join('\n');
  lines.push(...listed('On the network', network), ...listed('To watch', watching));
  lines.push('', indent(renderUnicodeCompact(code, { border: 2 })), '');
  lines.push(
    watching.length > 0
      ? '  Whoever goes live from another device follows the code as well: the page says what its browser will ask.'
      : '  Anyone on the network can watch; to go live, use this computer or start with --https (cameras need it).',
  );
  return [...lines, ''].join('\n');
}

/** Addresses below each other, with a word before the first. */
const listed = (word: string, urls: readonly string[]): string[] =>
  urls.map((url, at) => `  ${(at === 0 ? word : '').padEnd(18)}${url}`);

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
