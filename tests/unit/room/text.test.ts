import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from '../../../src/core/room/clean-text.ts';
import { portraitOf } from '../../../src/state/portrait.ts';
import { mentions, textParts } from '../../../src/state/text-parts.ts';

describe('links in a message', () => {
  it.each([
    ['see https://example.org/a_b?c=d.', 'https://example.org/a_b?c=d'],
    ['(http://example.org/)', 'http://example.org/'],
    ['https://exаmple.org', 'https://xn--exmple-4nf.org/'],
  ])('in %s leads to %s and shows it', (text, href) => {
    expect(textParts(text).filter(({ type }) => type === 'link')).toEqual([{ type: 'link', text: href, href }]);
  });

  it.each([
    'javascript:alert(1)',
    'https://',
    'data:text/html,x',
    'https://bank.example@evil.example/',
    'www.example.org',
  ])('are not made of %s', (text) => expect(textParts(text)).toEqual([{ type: 'text', text }]));

  it('are http or https, whatever is around them, and no word gets lost', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('https://example.org/', 'javascript:', '<b>', ' ', '@'));
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          const parts = textParts(text);
          for (const part of parts) if (part.type === 'link') expect(part.href).toMatch(/^https?:\/\//);
          if (parts.every(({ type }) => type === 'text')) expect(parts.map((part) => part.text).join('')).toBe(text);
        },
      ),
    );
  });
});

describe('a mention', () => {
  it.each([
    ['@Anna look', 'anna', true],
    ['hi @anna!', 'Anna', true],
    ['@Annabel', 'Anna', false],
    ['@Annabel and @Anna', 'Anna', true],
    ['@', '', false],
  ])('%s of %s: %s', (text, name, expected) => {
    expect(mentions(text, name)).toBe(expected);
  });
});

it('cleaning is done once and for all, and keeps to its bounds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (text, most) => {
      for (const clean of [cleanText, cleanLine]) {
        const once = clean(text, most);
        expect(Array.from(once).length).toBeLessThanOrEqual(most);
        expect(once).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(clean(once, most)).toBe(once);
      }
      expect(cleanLine(text, most)).not.toContain('\n');
    }),
  );
});

it('keeps emoji, flags of families and letters of all scripts whole', () => {
  for (const text of ['👩‍👩‍👧‍👦 ❤️', 'नमस्ते', 'می‌خواهم', 'Việt Nam', 'ภาษาไทย']) expect(cleanLine(text, 60)).toBe(text);
});

it('a portrait follows from the key alone, and is alike on both sides', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  fc.assert(
    fc.property(key, (person) => {
      const { hue, squares } = portraitOf(person);
      expect(hue).toBeGreaterThanOrEqual(0);
      expect(hue).toBeLessThanOrEqual(360);
      const has = (x: number, y: number): boolean => squares.some((square) => square.x === x && square.y === y);
      for (const { x, y } of squares) expect(has(4 - x, y)).toBe(true);
      expect(portraitOf(person)).toEqual({ hue, squares });
    }),
  );
});
