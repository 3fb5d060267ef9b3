import { describe, expect, it } from 'vitest';
import { catalogues } from '../../src/ui/messages/index.ts';
import { clock, unitsOf } from '../../src/ui/messages/units.ts';

/** Numbers that stand in no text by themselves. */
const GIVEN = [7201, 7302, 7403];

/** Every string of a catalogue with its path; what takes parameters is called with some. */
function strings(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, String((value as (...args: number[]) => unknown)(...GIVEN))]];
  return Object.entries(value ?? {}).flatMap(([key, inner]) => strings(inner, `${path}.${key}`));
}

const loaded = await Promise.all(
  Object.entries(catalogues).map(async ([language, load]) => [language, await load()] as const),
);

/** What a text makes of what it is given: the path, and which of it stands in the text. */
const shape = (catalogue: unknown): string[] =>
  strings(catalogue).map(
    ([path, text]) => `${path} ${GIVEN.filter((given) => text.includes(String(given))).join(' ')}`,
  );

const english = shape(await catalogues.en());

describe.each(loaded)('the catalogue in %s', (language, catalogue) => {
  const all = strings(catalogue);

  it('leaves nothing empty but the text beside a running picture', () => {
    expect(all.filter(([, text]) => text.trim() === '').map(([path]) => path)).toEqual(['.watch.states.live.text']);
  });

  it('says all that English says, with the same figures and names in it', () => {
    expect(shape(catalogue).toSorted()).toEqual(english.toSorted());
  });

  it('leaves no sentence in English', async () => {
    const said = new Map(strings(await catalogues.en()));
    const same = all.filter(([path, text]) => text.includes(' ') && said.get(path) === text);
    // A text of several words that is the same has been forgotten, unless it is made of figures.
    if (language !== 'en') expect(same.filter(([, text]) => !/\d/.test(text))).toEqual([]);
  });

  it('keeps the words of the trade to the Stats panel, and its voice down', () => {
    const plain = all.filter(([path]) => !path.startsWith('.stats'));
    expect(plain.filter(([, text]) => /\b(peers?|nodes?|broker|ICE|mesh)\b/i.test(text))).toEqual([]);
    expect(plain.filter(([, text]) => text.includes('!'))).toEqual([]);
  });

  it('starts the count of viewers with the whole number', () => {
    for (const viewers of [0, 1, 2, 1234, 1_000_000]) expect(parseInt(catalogue.viewers(viewers), 10)).toBe(viewers);
    const hasTwoForms = language !== 'de'; // one Zuschauer, two Zuschauer
    expect(catalogue.viewers(1) !== catalogue.viewers(2).replace('2', '1')).toBe(hasTwoForms);
  });
});

it('keeps the button names that scripts rely on', async () => {
  const { home, studio, share, watch } = await catalogues.en();
  expect([home.goLive, studio.goLive, studio.endShow, share.copy, watch.unmute]).toEqual([
    'Go live',
    'Go live',
    'End show',
    'Copy link',
    'Unmute',
  ]);
});

describe('units', () => {
  it('writes numbers as the language does', () => {
    expect(unitsOf('en').megabits(2_450_000)).toBe('2.5 Mbit/s');
    for (const language of ['it', 'de', 'fr']) expect(unitsOf(language).megabits(2_450_000)).toBe('2,5 Mbit/s');
    expect(unitsOf('en').bytes(48_200_000)).toBe('48 MB');
    expect(unitsOf('en').bytes(999)).toBe('1 kB');
  });

  it.each([
    [0, '0:00'],
    [7_900, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(clock(ms)).toBe(text);
  });
});
