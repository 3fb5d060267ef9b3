import { expect, it } from 'vitest';
import { Pages } from './pages.ts';
import { Writer } from './people.ts';

const shown = (pages: Pages, name: string): string[] =>
  pages.rooms.get(name)?.view.state.messages.map(({ text }) => text) ?? [];

it('who tells two sides different things is out on both, with all that was said, and for those who come later', async () => {
  const [host, forker, anna] = [new Writer(), new Writer(), new Writer()];
  const pages = new Pages(host);
  const [yes, no] = await forker.fork('yes', 'no', pages.clock.nowMs - 60_000);
  const hello = await anna.say('hello', pages.clock.nowMs - 50_000);
  for (const name of ['a', 'b', 'c', 'd', 'late']) pages.open(name);
  // Two islands, each whole in itself.
  for (const [one, other] of ['ab', 'cd']) pages.meet(one ?? '', other ?? '');
  pages.give('a', [yes, hello]);
  pages.give('d', [no, hello]);
  await pages.run(5_000);
  expect([shown(pages, 'b'), shown(pages, 'c')]).toEqual([
    ['yes', 'hello'],
    ['no', 'hello'],
  ]);
  pages.meet('b', 'c');
  await pages.run(30_000);
  for (const name of ['a', 'b', 'c', 'd']) expect(shown(pages, name)).toEqual(['hello']);
  pages.meet('late', 'a');
  await pages.run(5_000);
  expect(shown(pages, 'late')).toEqual(['hello']);
  expect(pages.cutOff).toEqual([]);
});

it.each(['the same twice', 'of two places', 'of two authors', 'of one only'])(
  'a proof that proves nothing, %s, costs its bringer the neighbourhood and nobody else anything',
  async (kind) => {
    const [host, anna, bruno] = [new Writer(), new Writer(), new Writer()];
    const pages = new Pages(host);
    const nowMs = pages.clock.nowMs - 60_000;
    const [one, two, other] = [
      await anna.say('1', nowMs),
      await anna.say('2', nowMs + 1),
      await bruno.say('3', nowMs + 2),
    ];
    const proof = { 'the same twice': [one, one], 'of two places': [one, two], 'of two authors': [one, other] }[kind];
    pages.open('a');
    pages.open('troll');
    pages.give('a', [one, two, other]);
    pages.meet('a', 'troll');
    await pages.run(1_000);
    pages.say('troll', 'a', { type: 'fork', proof: proof ?? [one] });
    await pages.run(1_000);
    expect(pages.cutOff).toEqual(['a troll']);
    expect(shown(pages, 'a')).toEqual(['1', '2', '3']);
  },
);
