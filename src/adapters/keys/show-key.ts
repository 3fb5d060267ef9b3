import { SIGNATURE_BYTES, type Signer } from '../../core/identity.ts';
import { nativeEd25519, ownBytes, portableEd25519 } from './native-ed25519.ts';

/** The secret half of a show's key: sealed in the browser where it knows Ed25519, else 32 bytes. */
export type KeyMaterial =
  | { readonly type: 'native'; readonly privateKey: CryptoKey }
  | { readonly type: 'portable'; readonly secret: Uint8Array };

/** A show's key pair. */
export interface ShowKey {
  readonly publicKey: Uint8Array;
  readonly material: KeyMaterial;
}

/** A key that any database can store; its secret is readable for whoever can read the page's storage. */
export async function newPortableKey(): Promise<ShowKey> {
  const { newPortableSecret, portablePublicKey } = await portableEd25519();
  const secret = newPortableSecret();
  return { publicKey: portablePublicKey(secret), material: { type: 'portable', secret } };
}

/** A key whose secret half can't be read, where the browser has such; else a portable one. */
export async function newShowKey(): Promise<ShowKey> {
  const subtle = await nativeEd25519();
  if (!subtle) return newPortableKey();
  try {
    const { publicKey, privateKey } = await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const raw = new Uint8Array(await subtle.exportKey('raw', publicKey));
    return { publicKey: raw, material: { type: 'native', privateKey } };
  } catch {
    return newPortableKey();
  }
}

/** Signs with a show's key. `sign` rejects when the browser can't use the stored key (any more). */
export function signerOf({ publicKey, material }: ShowKey): Signer {
  return {
    publicKey,
    sign: async (message) => {
      if (material.type === 'portable') return (await portableEd25519()).signPortably(message, material.secret);
      const subtle = await nativeEd25519();
      if (!subtle) throw new Error('The key of this show needs a browser with Ed25519');
      return new Uint8Array(await subtle.sign('Ed25519', material.privateKey, ownBytes(message)), 0, SIGNATURE_BYTES);
    },
  };
}
