import { expect, test } from 'vitest';
import { Reach } from '../../src/app/reach.ts';

const open = (peerId: string) => ({ type: 'door-open', peerId, visitor: true }) as const;
const closed = (peerId: string) => ({ type: 'door-closed', peerId }) as const;
const tick = { type: 'tick' } as const;

test('who stands at the door for long, and has no link, is out of reach', () => {
  const reach = new Reach();
  reach.note(open('ada'), 0, 1_000);
  reach.note(tick, 0, 12_900);
  expect(reach.isOut).toBe(false);
  reach.note(tick, 0, 13_000);
  expect(reach.isOut).toBe(true);
});

test('who is shown out and comes again has been there since the first time', () => {
  const reach = new Reach();
  reach.note(open('ada'), 0, 0);
  reach.note(closed('ada'), 0, 5_000);
  reach.note(tick, 0, 11_000);
  reach.note(open('ada'), 0, 12_000);
  expect(reach.isOut).toBe(true);
});

test('who leaves soon, or is not seen again, says nothing', () => {
  const reach = new Reach();
  reach.note(open('ada'), 0, 0);
  reach.note(closed('ada'), 0, 5_000);
  reach.note(tick, 0, 20_000);
  expect(reach.isOut).toBe(false);
  reach.note(tick, 0, 36_000);
  reach.note(open('ada'), 0, 36_000);
  expect(reach.isOut).toBe(false);
});

test('one link shows that devices reach each other, and all begins anew when it is gone', () => {
  const reach = new Reach();
  reach.note(open('ada'), 0, 0);
  reach.note(tick, 0, 20_000);
  expect(reach.isOut).toBe(true);
  reach.note(tick, 1, 20_100);
  expect(reach.isOut).toBe(false);
  reach.note(tick, 0, 40_000);
  expect(reach.isOut).toBe(false);
});
