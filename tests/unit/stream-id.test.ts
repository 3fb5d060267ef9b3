import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belongsTo, parseStreamId, streamIdOf } from '../../src/core/stream-id.ts';

const hash = (bytes: Uint8Array): Uint8Array => sha256(bytes);
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('streamIdOf', () => {
  it('is a known id for a known key', () => {
    // SHA-256 of 32 zero bytes begins 66687aadf862bd776c8fc18b8e9f8e20
    expect(streamIdOf(new Uint8Array(32), hash)).toBe('csm7nbfrcayqev4fr65rx7we40');
  });

  it('spells the hash bits, most significant first, and two zero bits', () => {
    fc.assert(
      fc.property(key, (publicKey) => {
        const id = streamIdOf(publicKey, hash);
        const bits = Array.from(id).map((c) =>
          '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(c).toString(2).padStart(5, '0'),
        );
        const hashBits = [...hash(publicKey).subarray(0, 16)].map((byte) => byte.toString(2).padStart(8, '0'));
        expect(bits.join('')).toBe(`${hashBits.join('')}00`);
      }),
    );
  });

  it('refuses keys of another length', () => {
    expect(() => streamIdOf(new Uint8Array(31), hash)).toThrow(RangeError);
  });
});

describe('parseStreamId', () => {
  it('reads back every id, also in upper case and with space around it', () => {
    fc.assert(
      fc.property(key, (publicKey) => {
        const id = streamIdOf(publicKey, hash);
        expect(parseStreamId(id)).toBe(id);
        expect(parseStreamId(`\n ${id.toUpperCase()}\t`)).toBe(id);
      }),
    );
  });

  it('takes nothing but canonical ids from any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 24, maxLength: 28 })), (text) => {
        const id = parseStreamId(text);
        if (id !== null) expect(id).toMatch(/^[0123456789abcdefghjkmnpqrstvwxyz]{25}[048cgmrw]$/);
      }),
    );
  });

  it('takes exactly the ids whose last two bits are zero, of the right length, in the alphabet', () => {
    const stem = 'csm7nbfrcayqev4fr65rx7we4';
    const accepted = Array.from('0123456789abcdefghijklmnopqrstuvwxyz').filter(
      (last) => parseStreamId(stem + last) !== null,
    );
    expect(accepted.join('')).toBe('048cgmrw');
    for (const wrong of ['', stem, `${stem}00`, `${stem.slice(1)}-0`, `i${stem.slice(1)}0`, `u${stem.slice(1)}0`]) {
      expect(parseStreamId(wrong)).toBeNull();
    }
  });

  it('is not fooled by characters that lower-case into the alphabet', () => {
    // U+212A KELVIN SIGN lower-cases to "k": one show, one spelling
    const id = parseStreamId('csm7nbfrcayqev4fr65rx7we40'.replace('q', '\u212a'));
    expect(id).toBeNull();
  });
});

describe('belongsTo', () => {
  it('is true for the own key alone', () => {
    fc.assert(
      fc.property(key, key, (mine, other) => {
        const id = streamIdOf(mine, hash);
        expect(belongsTo(id, mine, hash)).toBe(true);
        expect(belongsTo(id, other, hash)).toBe(Buffer.compare(mine, other) === 0);
        expect(belongsTo(id, mine.subarray(1), hash)).toBe(false);
      }),
    );
  });
});
