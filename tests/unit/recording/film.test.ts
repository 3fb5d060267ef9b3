import { expect, test } from 'vitest';
import { cutEntries, keyRunsOf, nextRun, runAt } from '../../../src/core/recording/key-runs.ts';
import { chapterText, chatSubtitles, chatText } from '../../../src/core/recording/texts.ts';
import { madeUpShow } from '../../support/made-up-show.ts';
import { recorded } from '../../support/memory-recordings.ts';

const { entries } = recorded(await madeUpShow({ seconds: 10 }));
const runs = keyRunsOf(entries);

test('each moment lies in the run that shows it', () => {
  expect(runs).toHaveLength(10);
  expect([-5, 0, 999, 1_500, 9_999, 99_999].map((ms) => runAt(runs, ms))).toEqual([0, 0, 0, 1, 9, 9]);
});

test('a player is given what it shows first, then what follows, and no more than it needs', () => {
  const held = new Set<number>();
  const wants = (atMs: number) => nextRun(runs, atMs, 3_000, (run) => held.has(run));
  expect(wants(4_500)).toBe(4);
  for (const run of [4, 5, 6, 7]) held.add(run);
  expect(wants(4_500)).toBeNull();
  expect(wants(5_500)).toBe(8);
  expect(wants(1_001)).toBe(1);
});

test('what can only be shown behind a missing group is left out', () => {
  const [first, second, third] = entries;
  if (!first || !second || !third) throw new Error('too short');
  const split = [first, { ...second, isKey: false }, { ...third, number: 7, isKey: false }];
  expect(keyRunsOf(split).map(({ groups }) => groups.length)).toEqual([2]);
  expect(keyRunsOf([{ ...first, isKey: false }])).toEqual([]);
});

test('a part begins at the key picture before it and ends behind what it wants', () => {
  const numbers = (fromMs: number, toMs: number) => cutEntries(entries, fromMs, toMs).map(({ number }) => number);
  expect(numbers(2_500, 4_500)).toEqual([2, 3, 4]);
  expect(numbers(0, Number.POSITIVE_INFINITY)).toHaveLength(10);
  expect(numbers(9_999, 9_999)).toEqual([9]);
});

test('the chat becomes text and subtitles that mean nothing but themselves', () => {
  const messages = [
    { atMs: 1_234, name: 'Ada', text: 'Ciao <b>tutti</b> --> & \n voi' },
    { atMs: 3_661_005, name: '', text: 'bello' },
  ];
  expect(chatText(messages, 'Somebody')).toBe('0:00:01  Ada: Ciao <b>tutti</b> --> & voi\n1:01:01  Somebody: bello\n');
  expect(chatSubtitles(messages, 'Somebody')).toBe(
    'WEBVTT\n\n00:00:01.234 --> 00:00:07.234\nAda: Ciao &lt;b&gt;tutti&lt;/b&gt; --&gt; &amp; voi\n\n' +
      '01:01:01.005 --> 01:01:07.005\nSomebody: bello\n',
  );
  expect(chapterText([{ atMs: 61_000, title: 'The bowl' }])).toBe('0:01:01  The bowl\n');
});
