import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heard, unread } from '../../../src/ui/room/unread.ts';

const messages = (count: number) => Array.from({ length: count }, (_, at) => ({ id: String(at) }));

it('a window that grows by what is unread begins where it began', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), (read, more) => {
      const all = messages(read + more);
      const [before, after] = [all.slice(0, read).slice(-120), all.slice(-(120 + unread(all, String(read - 1))))];
      expect(after.slice(0, before.length)).toEqual(before);
    }),
  );
  expect(unread(messages(5), null)).toBe(0);
});

it('news is what was not there before, each once', () => {
  const heard = new Heard(messages(2));
  expect(heard.take(messages(2))).toEqual([]);
  expect(heard.take(messages(4))).toEqual(messages(4).slice(2));
  expect(heard.take(messages(4))).toEqual([]);
});

it('a history that comes after the page is no news, and a first message is', () => {
  expect(new Heard([]).take(messages(3))).toEqual([]);
  expect(new Heard([]).take(messages(1))).toHaveLength(1);
});
