import { PUBLIC_KEY_BYTES, type Verification } from './identity.ts';

/** Names a show: 26 characters that only the holder of one key can answer for. Made by `streamIdOf` or `parseStreamId`. */
export type StreamId = string & { readonly brand: 'StreamId' };

/** Bytes of the key's hash that make the id: 128 bits stand against a second key for the same id. */
export const STREAM_ID_BYTES = 16;

/** Lower case, without i, l, o and u. @see https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 128 bits take 26 characters of 5 bits; the last two of these 130 bits are 0, so the final digit is a multiple of 4. */
const CANONICAL = /^[0-9a-hjkmnp-tv-z]{25}[048cgmrw]$/i;

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    while (pendingBits >= 5) {
      pendingBits -= 5;
      text += ALPHABET.charAt((pending >> pendingBits) & 31);
    }
    pending &= (1 << pendingBits) - 1;
  }
  return pendingBits === 0 ? text : text + ALPHABET.charAt((pending << (5 - pendingBits)) & 31);
}

/**
 * The id of the show that a key signs: the first 16 bytes of the key's SHA-256 in Crockford base32.
 * @throws RangeError when the key is not 32 bytes long
 */
export function streamIdOf(publicKey: Uint8Array, hash: Verification['hash']): StreamId {
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError(`a public key has ${PUBLIC_KEY_BYTES} bytes`);
  return toBase32(hash(publicKey).subarray(0, STREAM_ID_BYTES)) as StreamId;
}

/**
 * Reads an id that a person or a link brought. Space around it and upper case are forgiven, nothing else is: each id
 * has one spelling, so that two viewers of the same show can't end up at different doors.
 */
export function parseStreamId(text: string): StreamId | null {
  const candidate = text.trim();
  return CANONICAL.test(candidate) ? (candidate.toLowerCase() as StreamId) : null;
}

/** True when this key is the one that the id was made of. False for a key of any other length. */
export function belongsTo(streamId: string, publicKey: Uint8Array, hash: Verification['hash']): boolean {
  return publicKey.length === PUBLIC_KEY_BYTES && streamIdOf(publicKey, hash) === streamId;
}
