import { sha256 } from '@noble/hashes/sha2.js';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, type Verification } from '../../core/identity.ts';
import { nativeEd25519, ownBytes, portableEd25519 } from './native-ed25519.ts';

/** Imported keys; chosen: a page checks one host, and whoever talks in a room. */
const MOST_KEYS = 1_024;

/** SHA-256, at once: pieces are checked as they arrive, about 0.2 ms for 16 KiB. */
export const hash: Verification['hash'] = (bytes) => sha256(bytes);

/**
 * Checks signatures with the browser's own Ed25519 where it has one (0.3 ms), else in JavaScript (2 ms).
 * @param native how to find out; the default asks the browser once
 */
export function createVerification(native: () => Promise<SubtleCrypto | null> = nativeEd25519): Verification {
  const imported = new Map<string, Promise<CryptoKey>>();

  function importOnce(subtle: SubtleCrypto, publicKey: Uint8Array): Promise<CryptoKey> {
    const name = publicKey.join();
    const known = imported.get(name);
    if (known) return known;
    if (imported.size >= MOST_KEYS) imported.clear();
    const key = subtle.importKey('raw', ownBytes(publicKey), 'Ed25519', false, ['verify']);
    imported.set(name, key);
    return key;
  }

  async function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
    if (signature.length !== SIGNATURE_BYTES || publicKey.length !== PUBLIC_KEY_BYTES) return false;
    try {
      const subtle = await native();
      if (!subtle) return (await portableEd25519()).verifyPortably(signature, message, publicKey);
      const key = await importOnce(subtle, publicKey);
      return await subtle.verify('Ed25519', key, ownBytes(signature), ownBytes(message));
    } catch {
      return false; // a key that is no point on the curve
    }
  }

  return { verify, hash };
}
