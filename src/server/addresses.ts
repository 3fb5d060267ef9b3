import type { NetworkInterfaceInfo } from 'node:os';

/** Names of interfaces that containers and virtual machines make: real, but nobody else is on them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vbox|vmnet|utun|tun|tap|wg|zt|tailscale)/i;
/** @see RFC 1918 */
const PRIVATE = /^(192\.168\.|10\.|172\.(1[6-9]|2\d|3[01])\.)/;
/** What a machine gives itself when nobody gives it an address. @see RFC 3927 */
const LINK_LOCAL = '169.254.';

/** Whether that address means a device of a local network. */
export const isPrivate = (address: string): boolean => PRIVATE.test(address);

/** IPv4 addresses under which others on the network can reach this machine, the likeliest first. */
export function lanAddresses(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string[] {
  return Object.entries(interfaces)
    .flatMap(([name, infos = []]) => infos.map((info) => ({ name, ...info })))
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith(LINK_LOCAL))
    .map(({ name, address }) => ({ address, rank: (VIRTUAL.test(name) ? 2 : 0) + (isPrivate(address) ? 0 : 1) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ address }) => address);
}

/** Where a browser finds the site: on this computer, and from others. */
export interface SiteAddresses {
  readonly local: string;
  /** Empty when only this computer is meant to reach it. */
  readonly network: readonly string[];
  /** The same without encryption, where `network` has it: whoever watches needs none, and meets no warning. */
  readonly watching: readonly string[];
}

/** Turns what the server is bound to into addresses to print and to share. */
export function siteAddresses(
  bound: { readonly port: number; readonly https: boolean; readonly host: string | null },
  lan: readonly string[],
): SiteAddresses {
  const { host, https, port } = bound;
  const url = (name: string) => `${https ? 'https' : 'http'}://${name}:${port}/`;
  const isOpen = host === null || host === '0.0.0.0' || host === '::';
  const others = isOpen ? lan : lan.filter((address) => address === host);
  return {
    local: url(isOpen ? 'localhost' : host.includes(':') ? `[${host}]` : host),
    network: others.map(url),
    watching: https ? others.map((name) => `http://${name}:${port}/`) : [],
  };
}
