/** Bytes of a type that the Web Crypto API takes; nothing here is made of shared memory, the one thing it refuses. */
export const ownBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;

const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** @see RFC 8032, section 7.1, test 1: the signature of the empty message */
const PROBE = {
  publicKey: fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
  signature: fromHex(
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155' +
      '5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ),
};

async function probe(): Promise<SubtleCrypto | null> {
  // Absent on plain http, whatever the type says.
  const subtle = (globalThis as { crypto?: Partial<Crypto> }).crypto?.subtle;
  if (!subtle) return null;
  try {
    const key = await subtle.importKey('raw', PROBE.publicKey, 'Ed25519', false, ['verify']);
    return (await subtle.verify('Ed25519', key, PROBE.signature, new Uint8Array(0))) ? subtle : null;
  } catch {
    return null;
  }
}

let probed: Promise<SubtleCrypto | null> | undefined;

/** For browsers without: comes when it is needed, as most have it. @throws TypeError when it doesn't come */
export const portableEd25519 = () => import('./portable-ed25519.ts');

/** The browser's own cryptography when it knows Ed25519, else null. Found out once a page, by a real signature. */
export function nativeEd25519(): Promise<SubtleCrypto | null> {
  probed ??= probe();
  return probed;
}
