import { expect, it } from 'vitest';
import type { Content } from '../../../src/core/room/content.ts';
import type { Entry } from '../../../src/core/room/entry.ts';
import { Pages } from './pages.ts';
import { Writer } from './people.ts';

/** A viewer's page, and what the host and a moderator wrote, told to it a second after somebody showed a ban. */
async function shown(
  acts: (anna: Writer, mod: Writer) => readonly (readonly [by: 'host' | 'mod', Content])[],
  proof: readonly number[],
  known: readonly number[],
) {
  const [host, anna, mod] = [new Writer(), new Writer(), new Writer()];
  const pages = new Pages(host);
  const entries: Entry[] = [];
  for (const [by, content] of acts(anna, mod)) {
    const timeMs = pages.clock.nowMs - 60_000 + entries.length * 1_000;
    entries.push(await (by === 'host' ? host : mod).write(content, timeMs));
  }
  pages.open('anna', anna);
  const pick = (places: readonly number[]) => entries.filter((_, at) => places.includes(at));
  pages.say('troll', 'anna', { type: 'out', proof: pick(proof) });
  await pages.run(1_000);
  pages.give('anna', pick(known));
  await pages.run(5_000);
  return pages.banned;
}

const ban = (person: string, on = true): Content => ({ type: 'ban', person, on });
const moderator = (person: string, on: boolean): Content => ({ type: 'moderator', person, on });

it('a ban that somebody shows holds by itself', async () => {
  expect(await shown((anna) => [['host', ban(anna.id)]], [0], [])).toEqual(['anna']);
  const acts = (anna: Writer, mod: Writer) =>
    [
      ['host', moderator(mod.id, true)],
      ['mod', ban(anna.id)],
    ] as const;
  expect(await shown(acts, [0, 1], [])).toEqual(['anna']);
});

it('a ban that was taken back throws nobody out', async () => {
  expect(
    await shown(
      (anna) => [
        ['host', ban(anna.id)],
        ['host', ban(anna.id, false)],
      ],
      [0],
      [0, 1],
    ),
  ).toEqual([]);
});

it('nor does the ban of a moderator who is none any more', async () => {
  const acts = (anna: Writer, mod: Writer) =>
    [
      ['host', moderator(mod.id, true)],
      ['host', moderator(mod.id, false)],
      ['mod', ban(anna.id)],
    ] as const;
  expect(await shown(acts, [0, 2], [0, 1])).toEqual([]);
});
