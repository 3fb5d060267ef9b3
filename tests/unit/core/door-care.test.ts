import { expect, test } from 'vitest';
import { DoorCare } from '../../../src/core/mesh/door-care.ts';

/** No show heard of yet. */
const NEVER = Number.NEGATIVE_INFINITY;
const VIEWERS = 500;

function setUp(host = false) {
  const effects: string[] = [];
  const door = new DoorCare(
    host,
    () => 0.5,
    (effect) => effects.push(effect.type),
  );
  const told = (): string[] => effects.splice(0);
  return { door, told };
}

test('a newcomer knocks, once', () => {
  const { door, told } = setUp();
  door.tend(0, VIEWERS, NEVER, 0);
  door.tend(0, VIEWERS, NEVER, 10_000);
  expect(told()).toEqual(['knock']);
});

test('when nobody answers it knocks again, less and less often', () => {
  const { door, told } = setUp();
  const knocks: number[] = [];
  for (let nowMs = 0; nowMs < 30_000; nowMs += 50) {
    door.tend(0, VIEWERS, NEVER, nowMs);
    if (told().length === 0) continue;
    knocks.push(nowMs);
    door.failed(nowMs);
  }
  const pauses = knocks.slice(1).map((at, index) => at - (knocks[index] ?? 0));
  expect(pauses.slice(0, 5)).toEqual([700, 1_400, 2_800, 4_000, 4_000]);
});

test('with links enough, and the show heard, it lets go of the door', () => {
  const { door, told } = setUp();
  door.tend(0, VIEWERS, NEVER, 0);
  door.opened('host', false, 100);
  door.tend(2, VIEWERS, 400, 500);
  expect(told()).toEqual(['knock']);
  door.tend(3, VIEWERS, 500, 600);
  expect(told()).toEqual(['rest']);
});

test('with a single link it leaves after a while', () => {
  const { door, told } = setUp();
  door.tend(0, VIEWERS, NEVER, 0);
  door.opened('host', false, 100);
  door.tend(1, VIEWERS, 5_000, 5_050);
  expect(told()).toEqual(['knock']);
  door.tend(1, VIEWERS, 5_200, 5_200);
  expect(told()).toEqual(['rest']);
});

test('a door at which somebody spoke and speaks no more is left and knocked at again, unless neighbours are there', () => {
  const { door, told } = setUp();
  door.tend(0, VIEWERS, NEVER, 0);
  door.opened('host', false, 100);
  door.tend(0, VIEWERS, NEVER, 5_000);
  expect(told()).toEqual(['knock']); // in a rush the first word comes late
  door.hears('host', 5_000);
  door.tend(0, VIEWERS, NEVER, 7_400);
  door.tend(1, VIEWERS, NEVER, 7_600);
  expect(told()).toEqual([]);
  door.tend(0, VIEWERS, NEVER, 7_600);
  expect(told()).toEqual(['rest']);
  door.closed('host', 7_600);
  door.tend(0, VIEWERS, NEVER, 8_400);
  expect(told()).toEqual(['knock']);
});

test('it does not stand at a quiet door for ever: it goes and knocks again', () => {
  const { door, told } = setUp();
  door.tend(0, VIEWERS, NEVER, 0);
  door.opened('host', false, 100);
  door.tend(0, VIEWERS, NEVER, 19_000);
  expect(told()).toEqual(['knock']);
  door.tend(0, VIEWERS, NEVER, 20_200);
  expect(told()).toEqual(['rest']);
  door.closed('host', 20_200);
  door.tend(0, VIEWERS, NEVER, 21_000);
  expect(told()).toEqual(['knock']);
});

test('it knocks when the show has been quiet: the host may be back under another connection', () => {
  const { door, told } = setUp();
  door.tend(5, VIEWERS, 1_000, 2_400);
  expect(told()).toEqual([]);
  door.tend(5, VIEWERS, 1_000, 2_600);
  expect(told()).toEqual(['knock']);
});

test('a host never knocks, introduces those who wait again, and shows them out in the end', () => {
  const { door, told } = setUp(true);
  door.tend(0, VIEWERS, NEVER, 0);
  door.opened('newcomer', true, 0);
  expect(door.waiting(0, false, 0)).toEqual(['newcomer']);
  expect(door.waiting(0, false, 900)).toEqual([]);
  expect(door.waiting(0, false, 1_000)).toEqual(['newcomer']);
  expect(door.waiting(0, false, 1_500)).toEqual([]);
  expect(door.waiting(0, false, 2_000)).toEqual(['newcomer']);
  expect(told()).toEqual([]);
  door.waiting(0, false, 20_001);
  expect(told()).toEqual(['show-out']);
});

test('a host listens to a visitor for so long, and to nobody who is not there', () => {
  const { door } = setUp(true);
  expect(door.hears('nobody', 0)).toBe(false);
  door.opened('chatterbox', true, 0);
  let heard = 0;
  for (let count = 0; count < 1_000; count++) if (door.hears('chatterbox', 0)) heard += 1;
  expect(heard).toBe(200);
});

test('in a rush no more are let in than those who are there can take, in the order in which they came', () => {
  const { door } = setUp(true);
  const rush = Array.from({ length: 200 }, (_, at) => `visitor ${at}`);
  for (const peerId of rush) door.opened(peerId, true, 0);
  expect(door.waiting(0, false, 0)).toEqual(rush.slice(0, 20));
  expect(door.waiting(0, false, 500)).toEqual(rush.slice(20, 30));
  expect(door.waiting(40, false, 1_000).filter((peerId) => rush.indexOf(peerId) >= 30)).toEqual(rush.slice(30, 110));
});

test('while its line is behind a host lets nobody in, but tells those who are in again', () => {
  const { door } = setUp(true);
  door.opened('first', true, 0);
  expect(door.waiting(0, false, 0)).toEqual(['first']);
  door.opened('second', true, 500);
  expect(door.waiting(0, true, 1_000)).toEqual(['first']);
  expect(door.waiting(0, false, 1_100)).toEqual(['second']);
});

test('after the end it looks now and then whether the show has begun anew, unless the host is there', () => {
  const { door, told } = setUp();
  const knocks: number[] = [];
  for (let nowMs = 100_000; nowMs < 150_000; nowMs += 250) {
    if (!door.tend(0, 5, NEVER, nowMs, true)) continue;
    knocks.push(nowMs - 100_000);
    door.failed(nowMs);
  }
  expect(knocks[0]).toBeGreaterThanOrEqual(5_000);
  expect(knocks.length).toBeGreaterThanOrEqual(4);
  expect(knocks.length).toBeLessThanOrEqual(5);
  told();
  for (let nowMs = 150_000; nowMs < 200_000; nowMs += 250) door.tend(1, 10, nowMs, nowMs, true);
  expect(told()).not.toContain('knock');
});
