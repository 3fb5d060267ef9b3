import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeMessage } from '../../src/core/wire.ts';
import { anyMessage } from '../unit/core/wire-arbitraries.ts';
import { messageBytes } from './model/sizes.ts';

test('messages have the sizes that the encoder makes', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      // Texts of the mesh are ASCII; others take more bytes than characters.
      const plain = message.type !== 'hello' && message.type !== 'signal';
      const ascii =
        message.type === 'signal'
          ? { ...message, data: message.data.replace(/[^ -~]/g, '.') }
          : message.type === 'hello'
            ? { ...message, streamId: message.streamId.replace(/[^ -~]/g, '.') }
            : message;
      expect(messageBytes(plain ? message : ascii)).toBe(encodeMessage(plain ? message : ascii).length);
    }),
    { numRuns: 2_000 },
  );
});
