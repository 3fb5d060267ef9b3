import { isPrivate } from './addresses.ts';

/** Addresses told to one page (chosen: a laptop with cable, Wi-Fi and a virtual machine). */
const MAX_ADDRESSES = 4;

/**
 * Under which addresses others of this network reach the device that asks. Whoever asks from this computer is reached at
 * its own addresses. Nothing for devices elsewhere, or behind something that passes requests on.
 * @param remote as the socket says it
 * @param lan this computer's addresses
 */
export function ownAddresses(remote: string | undefined, passedOn: boolean, lan: readonly string[]): string[] {
  const address = remote?.replace(/^::ffff:/, '');
  if (address === undefined || passedOn) return [];
  if (address === '::1' || address.startsWith('127.')) return lan.filter(isPrivate).slice(0, MAX_ADDRESSES);
  return isPrivate(address) ? [address] : [];
}

/** Whether a proxy stands in between: the address is its own then. */
export const isPassedOn = (headers: object): boolean =>
  'x-forwarded-for' in headers || 'forwarded' in headers || 'via' in headers;
