import { expect, it } from 'vitest';
import { Question } from '../../../src/core/room/question.ts';

it('takes the parts of one answer, up to the one that ends it', () => {
  const question = new Question();
  expect(question.heard(10, false, 0)).toBe(false);
  expect(question.ask(0)).toBe(true);
  expect(question.ask(10)).toBe(false);
  expect([false, false, true].map((isLast) => question.heard(50_000, isLast, 1_000))).toEqual([true, true, true]);
  expect(question.heard(10, false, 1_000)).toBe(false);
  expect(question.ask(1_000)).toBe(true);
});

it('waits for the next part as long as that may take, and no longer', () => {
  const question = new Question();
  question.ask(0);
  expect(question.heard(10, false, 59_000)).toBe(true);
  expect(question.heard(10, false, 118_000)).toBe(true);
  expect(question.heard(10, false, 178_001)).toBe(false);
  expect(question.ask(178_001)).toBe(true);
});

it('takes no endless answer', () => {
  const question = new Question();
  question.ask(0);
  let taken = 0;
  while (question.heard(250_000, false, taken)) taken += 1;
  expect(taken).toBeLessThan(200);
});
