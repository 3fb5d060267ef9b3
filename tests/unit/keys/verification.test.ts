import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPortableKey, newShowKey, type ShowKey, signerOf } from '../../../src/adapters/keys/show-key.ts';
import { createVerification } from '../../../src/adapters/keys/verification.ts';

const noNative = (): Promise<null> => Promise.resolve(null);
const verifications = [
  ['native', createVerification()],
  ['portable', createVerification(noNative)],
] as const;
const kinds: (readonly [ShowKey['material']['type'], () => Promise<ShowKey>])[] = [
  ['native', newShowKey],
  ['portable', newPortableKey],
];
const message = new TextEncoder().encode('a tenth of a second');

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe.each(verifications)('%s verification', (_, verification) => {
  it.each(kinds)('accepts what a %s key signed, and nothing that differs in a bit', async (type, newKey) => {
    const key = await newKey();
    expect(key.material.type).toBe(type);
    const signer = signerOf(key);
    const { publicKey } = signer;
    const signature = await signer.sign(message);
    expect(signature).toHaveLength(64);
    expect(await verification.verify(signature, message, publicKey)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 511 }), fc.nat({ max: 255 }), async (bit, keyBit) => {
        expect(await verification.verify(flipped(signature, bit), message, publicKey)).toBe(false);
        expect(await verification.verify(signature, flipped(message, bit % (message.length * 8)), publicKey)).toBe(
          false,
        );
        expect(await verification.verify(signature, message, flipped(publicKey, keyBit))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('is not valid, and never an exception, for bytes of any length', async () => {
    const { publicKey } = await newPortableKey();
    const bytes = (likely: number) =>
      fc.oneof(fc.uint8Array({ minLength: likely, maxLength: likely }), fc.uint8Array());
    await fc.assert(
      fc.asyncProperty(bytes(64), bytes(32), async (signature, key) => {
        expect(await verification.verify(signature, message, key)).toBe(false);
        expect(await verification.verify(signature, message, publicKey)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('hashes with SHA-256', () => {
    // @see FIPS 180-4, the example "abc"
    expect(Buffer.from(verification.hash(new TextEncoder().encode('abc'))).toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('native verification', () => {
  it('goes on after more hosts than it keeps keys of', async () => {
    const verification = createVerification();
    for (let count = 0; count < 20; count++) {
      const signer = signerOf(await newPortableKey());
      expect(await verification.verify(await signer.sign(message), message, signer.publicKey)).toBe(true);
    }
  });
});
