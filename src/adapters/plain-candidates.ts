import type { SimplePeerSignal } from 'simple-peer/simplepeer.min.js';

/** A candidate of this device over UDP, whose address the browser hides behind a name. @see RFC 8839, section 5.1 */
const HIDDEN = /^(candidate:\S+ \d+ udp \d+ )\S+\.local( \d+ typ host.*)$/i;

/**
 * The same candidates with the addresses that the site's server has seen this device at. Names that end in `.local` are
 * looked up by multicast, which many a Wi-Fi blocks; with the lookup working these say nothing new.
 *
 * The device that owns the name puts its address in, not its neighbour: so it reaches those only to whom this page
 * signals anyway, members of the same show, and nobody can have another device called at an address of his choice.
 */
export function plainCandidates(signal: SimplePeerSignal, ownAddresses: readonly string[]): SimplePeerSignal[] {
  if (signal.type !== 'candidate') return [];
  const [, before, after] = HIDDEN.exec(signal.candidate.candidate ?? '') ?? [];
  if (before === undefined || after === undefined) return [];
  return ownAddresses.map((address) => ({
    type: 'candidate',
    candidate: { ...signal.candidate, candidate: `${before}${address}${after}` },
  }));
}
