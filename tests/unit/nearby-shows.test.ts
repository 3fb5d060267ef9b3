import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShows } from '../../src/app/nearby.ts';

const show = { streamId: '218pn5vqqzgafcpq7wqnwhefrc', title: 'Spoons', sinceMs: 1 };

test('what a server lists is shown as far as it is a show', () => {
  expect(
    readShows([show, { ...show, streamId: '../x' }, { ...show, title: 7 }, { ...show, sinceMs: 'now' }, null]),
  ).toEqual([show]);
  expect(readShows([{ ...show, title: '\u202Eevil\n' }])).toEqual([{ ...show, title: 'evil' }]);
  expect(readShows(Array(60).fill(show))).toHaveLength(50);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(Array.isArray(readShows(value))).toBe(true);
    }),
  );
});
