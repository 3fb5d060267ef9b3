import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_RUNS } from '../../../src/core/past/past-index.ts';
import {
  decodePast,
  encodePast,
  INDEX,
  MAX_PAST_BYTES,
  PART_BYTES,
  type PastMessage,
} from '../../../src/core/past/past-wire.ts';

const run = fc.integer({ min: 0, max: MAX_RUNS - 2 });
const anyMessage: fc.Arbitrary<PastMessage> = fc.oneof(
  fc.integer({ min: 1, max: 2_000 }).chain((runs) =>
    fc.record({
      type: fc.constant('have' as const),
      sinceS: fc.nat({ max: 2 ** 32 - 1 }),
      runs: fc.constant(runs),
      held: fc.uint8Array({ minLength: Math.ceil(runs / 8), maxLength: Math.ceil(runs / 8) }),
    }),
  ),
  fc.record({ type: fc.constant('got' as const), run }),
  fc.record({ type: fc.constantFrom('ask' as const, 'not' as const), run: fc.oneof(run, fc.constant(INDEX)) }),
  fc.record({ run, bytes: fc.uint8Array({ minLength: 1, maxLength: PART_BYTES }) }).map(({ run: which, bytes }) => ({
    ...{ type: 'part' as const, run: which, at: PART_BYTES },
    ...{ total: PART_BYTES + bytes.length, bytes },
  })),
);

test('every message comes out as it went in, and fits', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const data = encodePast(message);
      expect(data.length).toBeLessThanOrEqual(MAX_PAST_BYTES);
      expect(decodePast(data)).toEqual(message);
    }),
  );
});

test('whatever else comes is refused, and never throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (data) => void decodePast(data)));
  fc.assert(
    fc.property(anyMessage, fc.nat(), (message, cut) => {
      const data = encodePast(message);
      const short = data.subarray(0, cut % data.length);
      const read = decodePast(short);
      // Only a part may be cut short unnoticed here: its owner knows how long it has to be.
      if (message.type !== 'part') expect(read).toBeNull();
    }),
  );
  const beyond: PastMessage = { type: 'part', run: 1, at: 0, total: 1, bytes: new Uint8Array(2) };
  expect(decodePast(encodePast(beyond))).toBeNull();
  expect(decodePast(encodePast({ type: 'got', run: INDEX }))).toBeNull();
});
