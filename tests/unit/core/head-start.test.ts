import { expect, test } from 'vitest';
import { HeadStart } from '../../../src/core/mesh/head-start.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';
import { Newcomers } from '../../../src/core/mesh/newcomers.ts';
import { ANYONE } from '../../../src/core/messages.ts';

const [ONE, OTHER, THIRD] = ['1', '2', '3'].map((digit) => digit.repeat(16)) as [string, string, string];
const newest = { epochS: 1, sequence: 12, sinceKey: 2 };

test('the first two links are asked for two stripes each, later ones for none', () => {
  const headStart = new HeadStart(() => true);
  expect([ONE, OTHER, THIRD].map((peerId) => headStart.ask(peerId))).toEqual([
    { type: 'begin', stripes: [0, 1] },
    { type: 'begin', stripes: [2, 3] },
    null,
  ]);
  expect(headStart.ask(ONE)).toBeNull();
});

test('nobody is asked once something has come, nor one whose name is not known', () => {
  expect(new HeadStart(() => false).ask(ONE)).toBeNull();
  const headStart = new HeadStart(() => true);
  expect([ANYONE, ''].map((peerId) => headStart.ask(peerId))).toEqual([null, null]);
  expect(headStart.asked.size).toBe(0);
});

test.each([
  { why: 'has nothing', relays: true, newest: null, idle: true },
  { why: 'passes nothing on', relays: false, newest, idle: true },
  { why: 'has the show', relays: true, newest, idle: false },
])('one that was asked and $why: another is asked in its place ($idle)', ({ relays, newest, idle }) => {
  const headStart = new HeadStart(() => true);
  headStart.ask(ONE);
  const neighbour = new Neighbour(ONE, false, relays, 0);
  neighbour.status = { ...neighbour.status, newest };
  expect(headStart.passesOver(neighbour)).toBe(idle);
  expect(headStart.passesOver(neighbour)).toBe(false); // it is known already
  expect(headStart.ask(OTHER)).toEqual({ type: 'begin', stripes: idle ? [0, 1] : [2, 3] });
});

test('a newcomer waits for one key chunk, by stripes, and not for long', () => {
  const newcomers = new Newcomers();
  newcomers.add(ONE, [0, 1], 20, 1_000);
  newcomers.add(OTHER, [2, 3], null, 1_000);
  expect(newcomers.waitingFor(20, 0, 1_100)).toEqual([ONE]);
  expect(newcomers.waitingFor(20, 2, 1_100)).toEqual([OTHER]);
  expect(newcomers.waitingFor(20, 4, 1_100)).toEqual([]);
  expect(newcomers.waitingFor(30, 0, 1_200)).toEqual([]);
  newcomers.add(THIRD, [0], null, 2_000);
  expect(newcomers.waitingFor(30, 0, 3_600)).toEqual([]);
  expect(newcomers.waitingFor(30, 0, 2_100)).toEqual([]);
});
