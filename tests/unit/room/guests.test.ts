import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { peopleList } from '../../../src/adapters/room/people-list.ts';
import { Pages } from './pages.ts';
import { Writer } from './people.ts';

const person = (digit: string): string => digit.repeat(64);

/** What a browser keeps; unlike it, nothing is written to a disk. */
const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

it('a list of people is the same for the next page, and takes nothing that is no person', () => {
  peopleList('ignored').set(person('a'), true);
  expect(peopleList('ignored').has(person('a'))).toBe(true);
  expect(peopleList('known').all()).toEqual([]);
  peopleList('ignored').set(person('a'), false);
  expect(peopleList('ignored').all()).toEqual([]);
  for (const rubbish of ['{', '7', '{"length":3}', '["<b>", null, 3, {"a":1}]']) {
    kept.set('passaparola.ignored', rubbish);
    expect(peopleList('ignored').all()).toEqual([]);
  }
});

it('a list of people is bounded, and lasts as long as the page where nothing may be kept', () => {
  const list = peopleList('ignored');
  for (let at = 0; at < 600; at++) list.set(at.toString(16).padStart(64, '0'), true);
  expect(list.all()).toHaveLength(500);
  expect(list.has((599).toString(16).padStart(64, '0'))).toBe(true);
  vi.stubGlobal('localStorage', undefined);
  const page = peopleList('ignored');
  page.set(person('b'), true);
  expect(page.has(person('b'))).toBe(true);
});

async function meeting(names: readonly string[], viewers: number): Promise<Pages> {
  const host = new Writer();
  const pages = new Pages(host);
  pages.viewers = viewers;
  pages.open('h', host, true);
  for (const [at, name] of names.entries()) {
    pages.open(`v${at}`, new Writer(), false, name);
    pages.meet('h', `v${at}`);
  }
  await pages.run(6_000);
  return pages;
}

it('in a small room one hears who has come, once, by the name that they chose; in a large one of nobody', async () => {
  const joins = (pages: Pages): (string | undefined)[] => {
    const state = pages.rooms.get('h')?.view.state;
    return (state?.joins ?? []).map(({ person: id }) => state?.people.get(id)?.name);
  };
  const small = await meeting(['Anna', '', 'Bruno'], 3);
  expect(joins(small).sort()).toEqual(['Anna', 'Bruno']);
  const entries = small.entries('h');
  await small.run(20_000);
  expect(joins(small)).toHaveLength(2);
  expect(small.entries('h')).toBeLessThanOrEqual(entries + 2); // what the host witnesses
  expect(joins(await meeting(['Anna', 'Bruno'], 13))).toEqual([]);
});

it('whom the host or a moderator has let in the host’s next show knows', async () => {
  const pages = await meeting(['Anna', 'Bruno', 'Carla'], 3);
  const host = pages.rooms.get('h');
  const [anna, bruno] = [pages.people.get('v0')?.id ?? '', pages.people.get('v1')?.id ?? ''];
  host?.acquaint([anna], true);
  host?.write({ type: 'moderator', person: anna, on: true });
  await pages.run(1_000);
  pages.rooms.get('v0')?.acquaint([bruno], true);
  await pages.run(1_000);
  expect([...pages.known.all()].sort()).toEqual([anna, bruno].sort());
  host?.acquaint([bruno], false);
  await pages.run(1_000);
  expect(pages.known.all()).toEqual([anna]);

  const next = new Pages(new Writer());
  next.known.set(anna, true);
  const room = next.open('h', next.host, true);
  room.setKnownOnly(true);
  await next.run(1_000);
  expect(room.view.state.isKnownOnly).toBe(true);
  expect(room.view.state.people.get(anna)?.isKnown).toBe(true);
});
