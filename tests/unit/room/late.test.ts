import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EarlyWords } from '../../../src/app/early-words.ts';
import { entranceOf } from '../../../src/app/room.ts';
import { Pages } from './pages.ts';
import { Writer } from './people.ts';

it('who opens its room late is told who the others are, and tells them', async () => {
  const [host, anna, bruno, troll] = [new Writer(), new Writer(), new Writer(), new Writer()];
  const pages = new Pages(host);
  const ban = await host.write({ type: 'ban', person: troll.id, on: true }, pages.clock.nowMs - 60_000);
  pages.open('a', anna);
  pages.give('a', [ban]);
  pages.meet('a', 'late');
  await pages.run(7_000); // longer than a page may stay nameless
  expect(pages.cutOff).toEqual([]);
  pages.open('late', bruno);
  pages.meet('a', 'late');
  await pages.run(20_000);
  expect(pages.cutOff).toEqual([]);
  expect(pages.areLinked('a', 'late')).toBe(true);
  expect(pages.entries('late')).toBe(1);
});

it('who is banned is cut off as soon as it says who it is', async () => {
  const [host, troll] = [new Writer(), new Writer()];
  const pages = new Pages(host);
  const ban = await host.write({ type: 'ban', person: troll.id, on: true }, pages.clock.nowMs - 60_000);
  pages.open('a');
  pages.give('a', [ban]);
  pages.open('troll', troll);
  pages.meet('a', 'troll');
  await pages.run(5_000);
  expect(pages.cutOff).toEqual(['a troll']);
  expect(pages.banned).toEqual(['troll']);
});

it('whoever is given the word back is heard at once, although its clock is late', async () => {
  const [host, anna] = [new Writer(), new Writer()];
  const pages = new Pages(host);
  pages.offsetsMs.set('anna', -800);
  const [studio, viewer] = [pages.open('host', host, true), pages.open('anna', anna)];
  pages.meet('host', 'anna');
  await pages.run(3_000);
  studio.write({ type: 'mute', person: anna.id, on: true });
  await pages.run(2_000);
  studio.write({ type: 'mute', person: anna.id, on: false });
  await pages.run(500);
  viewer.write({ type: 'chat', text: 'sorry', replyTo: null });
  await pages.run(2_000);
  expect(studio.view.state.messages.map(({ text }) => text)).toEqual(['sorry']);
});

it('nobody can talk others down before the room is open', () => {
  fc.assert(
    fc.property(fc.array(fc.constant('troll'), { maxLength: 1_000 }), (flood) => {
      const early = new EarlyWords();
      for (const from of [...flood, 'anna', 'troll']) early.keep(from, new Uint8Array());
      const kept = early.take();
      expect(kept.some(({ from }) => from === 'anna')).toBe(true);
      expect(kept.length).toBeLessThanOrEqual(9);
    }),
  );
});

it('a room that does not load leaves the show without one', async () => {
  expect(await entranceOf(() => Promise.reject(new Error('offline')))).toBeNull();
});
