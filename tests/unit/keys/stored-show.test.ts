import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPortableKey, newShowKey, type ShowKey } from '../../../src/adapters/keys/show-key.ts';
import { parseStoredShow, type StoredShow } from '../../../src/adapters/keys/stored-show.ts';
import { hash } from '../../../src/adapters/keys/verification.ts';
import { streamIdOf } from '../../../src/core/stream-id.ts';

function showOf(key: ShowKey): StoredShow {
  return { ...key, streamId: streamIdOf(key.publicKey, hash), createdMs: 1, endedMs: null, formerMs: null };
}

const good = showOf(await newPortableKey());

describe('parseStoredShow', () => {
  it('reads back portable and native keys', async () => {
    for (const key of [await newPortableKey(), await newShowKey()]) {
      const show = showOf(key);
      expect(parseStoredShow(show)).toEqual(show);
      expect(parseStoredShow({ ...show, endedMs: 5 })?.endedMs).toBe(5);
    }
  });

  it.each([
    ['a foreign id', { streamId: streamIdOf(new Uint8Array(32), hash) }],
    ['a malformed id', { streamId: 'show' }],
    ['another key', { publicKey: new Uint8Array(32) }],
    ['a cut key', { publicKey: good.publicKey.subarray(1) }],
    ['a key that is no bytes', { publicKey: Array.from(good.publicKey) }],
    ['a cut secret', { material: { type: 'portable', secret: new Uint8Array(31) } }],
    ['no secret', { material: { type: 'portable' } }],
    ['a native key that was lost', { material: { type: 'native', privateKey: null } }],
    ['an unknown kind of key', { material: { type: 'rsa', secret: new Uint8Array(32) } }],
    ['no time', { createdMs: 'yesterday' }],
    ['no end', { endedMs: undefined }],
  ])('refuses a record with %s', (_, damage) => {
    expect(parseStoredShow(good)).not.toBeNull();
    expect(parseStoredShow({ ...good, ...damage })).toBeNull();
  });

  it('refuses a native key of another algorithm', async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    expect(parseStoredShow({ ...good, material: { type: 'native', privateKey } })).toBeNull();
  });

  it('refuses anything else without an exception', () => {
    fc.assert(fc.property(fc.anything(), (value) => parseStoredShow(value) === null));
  });
});
