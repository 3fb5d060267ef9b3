import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Letter, MAX_LETTER_BYTES, openLetter, sealLetter } from '../../../src/adapters/door/letter.ts';
import { MAX_SIGNAL_BYTES } from '../../../src/core/messages.ts';
import { encodeMessage } from '../../../src/core/wire.ts';

const visit = fc.nat(2 ** 32 - 1);
const letters: fc.Arbitrary<Letter> = fc.oneof(
  fc.record({ kind: fc.constant('bye' as const), visit }),
  fc.record({
    kind: fc.constantFrom('knock' as const, 'say' as const),
    visit,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 500 }),
  }),
);

describe('a letter', () => {
  it('arrives as it was sent', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        expect(openLetter(JSON.parse(JSON.stringify(sealLetter(letter))))).toEqual(letter);
      }),
    );
  });

  it('has room for the longest signal, and for nothing longer', () => {
    const data = 'x'.repeat(MAX_SIGNAL_BYTES);
    const bytes = encodeMessage({ type: 'signal', from: '0'.repeat(16), to: 'f'.repeat(16), attempt: 1, data });
    expect(bytes.length).toBeLessThanOrEqual(MAX_LETTER_BYTES);
    expect(openLetter(sealLetter({ kind: 'say', visit: 1, bytes }))).toEqual({ kind: 'say', visit: 1, bytes });
    const tooLong = new Uint8Array(MAX_LETTER_BYTES + 3);
    expect(openLetter(sealLetter({ kind: 'say', visit: 1, bytes: tooLong }))).toBeNull();
  });

  it('is not made of anything else, and reading never throws', () => {
    const like = fc.record(
      {
        passaparola: fc.oneof(fc.constant(1), fc.integer()),
        kind: fc.oneof(fc.constantFrom('knock', 'say', 'bye', 'toString'), fc.anything()),
        visit: fc.oneof(visit, fc.double(), fc.anything()),
        text: fc.oneof(fc.base64String(), fc.string(), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(like, fc.anything()), (payload) => {
        const letter = openLetter(payload);
        if (letter === null) return;
        expect(letter.visit).toBe(letter.visit >>> 0);
        expect(['knock', 'say', 'bye']).toContain(letter.kind);
        if (letter.kind !== 'bye') expect(letter.bytes.length).toBeLessThanOrEqual(MAX_LETTER_BYTES);
      }),
    );
  });
});
