import { describe, expect, it } from 'vitest';
import { hashOfPasted, watchLink } from '../../src/app/link.ts';
import { calendarFile, type Plan, planQuery, readMoment, readShop, readTitle } from '../../src/app/plan.ts';
import { parseHash } from '../../src/app/route.ts';
import { embedCode } from '../../src/ui/share/embed-code.ts';

const ID = '0123456789abcdefghjkmnpq00';
const PAGE = { origin: 'https://example.org', pathname: '/shows/' };
const PLAN: Plan = {
  title: 'Löffel & Messer, "aus Nuss" ✦ 木',
  atMs: Date.UTC(2026, 11, 1, 18, 30),
  shop: 'https://example.org/shop?a=1&b=2',
};

describe('a plan', () => {
  it.each([PLAN, { ...PLAN, shop: null }, { ...PLAN, title: '' }, { title: 'Only this', atMs: null, shop: null }])(
    'comes out of the link as it went in: %o',
    (plan) => {
      const link = watchLink(PAGE, ID, plan);
      expect(parseHash(new URL(link).hash)).toMatchObject({
        route: { type: 'watch', streamId: ID },
        plan,
        ignored: [],
      });
      expect(parseHash(hashOfPasted(`see you: ${link} bye`) ?? '').plan).toEqual(plan);
    },
  );

  it('with the longest title of any script fits a link', () => {
    const plan = { title: '木'.repeat(80), atMs: PLAN.atMs, shop: `https://example.org/${'a'.repeat(180)}` };
    expect(parseHash(`#/watch/${ID}?${planQuery(plan)}`).plan).toEqual(plan);
  });

  it('of nothing leaves the link bare', () => {
    expect(watchLink(PAGE, ID, null)).toBe(`https://example.org/shows/#/watch/${ID}`);
    expect(parseHash(`#/watch/${ID}`).plan).toBeNull();
  });

  it.each([
    ['at', '2026-12-01'],
    ['at', '2026-13-01T10:00Z'],
    ['at', '1999-12-01T10:00Z'],
    ['at', '9999-12-01T10:00Z'],
    ['title', 'x'.repeat(81)],
    ['title', '\u202e\u200b '],
    ['shop', 'javascript:alert(1)'],
    ['shop', 'http://example.org/'],
    ['shop', 'https://example.org@evil.example/'],
    ['embed', 'yes'],
  ])('ignores an impossible %s=%s and says so', (name, value) => {
    const { ignored, plan } = parseHash(`#/watch/${ID}?${name}=${encodeURIComponent(value)}`);
    expect(ignored.map((setting) => setting.name)).toEqual([name]);
    expect(plan).toBeNull();
  });

  it('keeps titles to one line without signs that turn the text', () => {
    expect(readTitle('  Pots \n\u202eand  pans ')).toBe('Pots and pans');
    expect(readMoment('2026-12-01T18:30Z')).toBe(PLAN.atMs);
    expect(readShop('https://example.org')).toBe('https://example.org/');
  });
});

describe('the calendar file', () => {
  const show = {
    title: 'Spoons; knives, forks',
    atMs: Date.UTC(2026, 11, 1, 18, 30),
    link: 'https://e.org/#/x',
    uid: ID,
  };
  const file = calendarFile({ ...show, title: `${show.title} ${'木'.repeat(60)}` }, Date.UTC(2026, 10, 1));

  it('has lines of at most 75 octets that end as they must', () => {
    const lines = file.split('\r\n');
    expect(lines.at(-1)).toBe('');
    expect(Math.max(...lines.map((line) => new TextEncoder().encode(line).length))).toBeLessThanOrEqual(75);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('says when and what, with its commas escaped', () => {
    const unfolded = file.replaceAll('\r\n ', '');
    expect(unfolded).toContain('DTSTART:20261201T183000Z\r\n');
    expect(unfolded).toContain('DTEND:20261201T193000Z\r\n');
    expect(unfolded).toContain('SUMMARY:Spoons\\; knives\\, forks 木');
  });
});

it('the code for other sites cannot be broken out of', () => {
  const code = embedCode(watchLink(PAGE, ID, PLAN), '"><script>alert(1)</script>');
  expect(code).toMatch(/^<iframe [^<>]+><\/iframe>$/);
  expect(code).toContain('allow="autoplay; fullscreen; picture-in-picture"');
  expect(code).toContain('&amp;embed=1"');
});
