import { expect, test } from 'vitest';
import { EventWheel, later } from './model/event-wheel.ts';

test('events happen in order of time, those of one moment in the order of asking', () => {
  const wheel = new EventWheel(1_000);
  const seen: string[] = [];
  const at = (ms: number, name: string): void => {
    wheel.at(
      1_000 + ms,
      later(() => seen.push(`${name} ${wheel.nowMs - 1_000}`)),
      0,
      null,
    );
  };
  at(20_000, 'far');
  at(5, 'second');
  at(5, 'third');
  at(1, 'first');
  at(20_000, 'far too');
  wheel.runUntil(9_000);
  expect(seen).toEqual(['first 1', 'second 5', 'third 5']);
  wheel.runUntil(21_000);
  expect(seen.slice(3)).toEqual(['far 20000', 'far too 20000']);
});

test('however many wait, each happens once', () => {
  const wheel = new EventWheel(0);
  const left = new Set<unknown>();
  for (let index = 0; index < 100_000; index++) {
    left.add(index);
    wheel.at((index * 7919) % 20_000, { happen: (_, subject) => left.delete(subject) }, 0, index);
  }
  expect(wheel.size).toBe(100_000);
  wheel.runUntil(20_001);
  expect(left.size).toBe(0);
  expect(wheel.happened).toBe(100_000);
});
