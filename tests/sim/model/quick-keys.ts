import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Signer, Verification } from '../../../src/core/identity.ts';

/** What stands before the raw key. @see RFC 8410 */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** A real Ed25519 key, of which Node signs at once: a signature takes no virtual time. */
export function quickSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  return {
    publicKey: new Uint8Array(raw),
    sign: (message) => Promise.resolve(new Uint8Array(sign(null, message, privateKey))),
  };
}

/** Real checks, each made once for all pages of the swarm. */
export function sharedVerification(): Verification {
  const keys = new Map<string, KeyObject>();
  const checked = new Map<string, boolean>();
  const keyOf = (raw: Uint8Array): KeyObject => {
    const name = Buffer.from(raw).toString('latin1');
    const key = keys.get(name) ?? createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
    keys.set(name, key);
    return key;
  };
  return {
    hash: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
    verify: (signature, message, publicKey) => {
      const name = Buffer.concat([signature, publicKey, message]).toString('latin1');
      const valid = checked.get(name) ?? verify(null, message, keyOf(publicKey), signature);
      checked.set(name, valid);
      return Promise.resolve(valid);
    },
  };
}
