import { renderUnicodeCompact } from 'uqr';
import type { SiteAddresses } from './addresses.ts';

/** What the terminal shows once the site is up. */
export function welcome(addresses: SiteAddresses, https: boolean): string {
  const [first, ...others] = addresses.network;
  const lines = ['', '  Passaparola is ready.', '', `  On this computer  ${addresses.local}`];
  if (first === undefined) return [...lines, ''].join('\n');
  lines.push(`  On the network    ${first}`, ...others.map((url) => `                    ${url}`));
  lines.push('', indent(renderUnicodeCompact(first, { border: 2 })), '');
  lines.push(
    https
      ? '  The certificate is self-signed: browsers ask once whether to go on.'
      : '  Anyone on the network can watch; to go live, use this computer or start with --https (cameras need it).',
  );
  return [...lines, ''].join('\n');
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
