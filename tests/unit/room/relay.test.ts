import { expect, it } from 'vitest';
import type { Entry } from '../../../src/core/room/entry.ts';
import { Pages } from './pages.ts';
import { Writer } from './people.ts';

it('a history far above the rate passes through a chain, and nobody is cast out for passing it on', async () => {
  const pages = new Pages(new Writer());
  const history: Entry[] = [];
  for (let author = 0; author < 30; author++) {
    const writer = new Writer();
    const fromMs = pages.clock.nowMs - 3_600_000;
    for (let at = 0; at < 100; at++) history.push(await writer.say('hello', fromMs + at * 1_000));
  }
  for (const name of ['a', 'b', 'old']) pages.open(name);
  pages.meet('a', 'b');
  pages.give('old', history);
  await pages.run(5_000);
  expect(pages.areLinked('a', 'b')).toBe(true);
  expect(pages.entries('old')).toBe(3_000);
  pages.meet('old', 'a');
  await pages.run(15_000);
  expect(pages.cutOff).toEqual([]);
  expect(['a', 'b'].map((name) => pages.entries(name))).toEqual([3_000, 3_000]);
}, 30_000);
