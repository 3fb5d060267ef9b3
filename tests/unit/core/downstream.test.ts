import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STRIPES } from '../../../src/core/chunk.ts';
import { Downstream } from '../../../src/core/mesh/downstream.ts';

const LONG_AFTER_MS = 10_000;

function withSlots(slots: number, host = false): Downstream {
  const downstream = new Downstream(host);
  downstream.slots = slots;
  return downstream;
}

const nobody = (): boolean => false;

const ask = (downstream: Downstream, peerId: string, stripe: number, spare = 0, nowMs = 0, urgent = true) =>
  downstream.admit({ peerId, stripe, spare, urgent, shuns: nobody }, nowMs);

test('a relay never feeds more than its slots, whoever asks for what', () => {
  const request = fc.record({
    peerId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    stripe: fc.nat(STRIPES - 1),
    spare: fc.nat(2),
    urgent: fc.boolean(),
    leave: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.nat(10), fc.array(request, { maxLength: 80 }), (slots, requests) => {
      const downstream = withSlots(slots);
      for (const [at, { leave, ...applicant }] of requests.entries()) {
        if (leave) downstream.remove(applicant.peerId, applicant.stripe);
        else downstream.admit({ ...applicant, shuns: nobody }, at * 500);
        expect(downstream.used).toBeLessThanOrEqual(slots);
        expect(downstream.free).toBe(slots - downstream.used);
      }
    }),
  );
});

test('a host shares its slots out evenly over the stripes', () => {
  const downstream = withSlots(8, true);
  for (const peerId of ['a', 'b', 'c'])
    for (let stripe = 0; stripe < STRIPES; stripe++) ask(downstream, peerId, stripe);
  for (let stripe = 0; stripe < STRIPES; stripe++) expect([...downstream.of(stripe)]).toEqual(['a', 'b']);
});

test('a host lets one child into each stripe, however small its uplink', () => {
  const downstream = withSlots(1, true);
  expect(downstream.free).toBe(STRIPES);
  for (let stripe = 0; stripe < STRIPES; stripe++) expect(ask(downstream, 'a', stripe).type).toBe('admitted');
  expect(downstream.free).toBe(0);
  expect(ask(downstream, 'b', 0).type).toBe('full');
  expect(downstream.excess()).toBeNull();
});

test('one who can pass on takes the place of one who cannot, who is told', () => {
  const downstream = withSlots(2);
  ask(downstream, 'useful', 0, 3);
  ask(downstream, 'free rider', 0);
  expect(ask(downstream, 'new', 0, 4, LONG_AFTER_MS)).toEqual({ type: 'replaced', child: 'free rider' });
  expect([...downstream.of(0)]).toEqual(['useful', 'new']);
  expect(ask(downstream, 'newer', 0, 4, LONG_AFTER_MS)).toEqual({ type: 'full' });
});

test('nobody is replaced for a free rider, for a mere improvement, or just after coming', () => {
  const downstream = withSlots(1);
  ask(downstream, 'free rider', 0);
  expect(ask(downstream, 'other', 0, 0, LONG_AFTER_MS).type).toBe('full');
  expect(ask(downstream, 'other', 0, 4, LONG_AFTER_MS, false).type).toBe('full');
  expect(ask(downstream, 'other', 0, 4, 1_000).type).toBe('full');
  expect(ask(downstream, 'other', 0, 4, LONG_AFTER_MS).type).toBe('replaced');
});

test('when the uplink shrinks, the youngest free rider goes first', () => {
  const downstream = withSlots(3);
  ask(downstream, 'useful', 0, 3, 500);
  ask(downstream, 'old rider', 1, 0, 0);
  ask(downstream, 'young rider', 2, 0, 100);
  expect(downstream.excess()).toBeNull();
  downstream.slots = 1;
  const order: string[] = [];
  for (let excess = downstream.excess(); excess; excess = downstream.excess()) {
    order.push(excess.peerId);
    downstream.remove(excess.peerId, excess.stripe);
  }
  expect(order).toEqual(['young rider', 'old rider']);
});

test('asking again keeps the place, and costs none', () => {
  const downstream = withSlots(1);
  expect(ask(downstream, 'a', 2).type).toBe('admitted');
  expect(ask(downstream, 'a', 2).type).toBe('admitted');
  expect(downstream.used).toBe(1);
});

test('one who leaves is gone from all stripes', () => {
  const downstream = withSlots(9);
  for (const stripe of [0, 1, 3]) ask(downstream, 'a', stripe);
  ask(downstream, 'b', 1);
  expect(downstream.stripesOf('a')).toEqual([0, 1, 3]);
  expect(downstream.peers).toBe(2);
  downstream.removeAll('a');
  expect(downstream.stripesOf('a')).toEqual([]);
  expect(downstream.peers).toBe(1);
});

test('a stripe that does not exist has no room', () => {
  expect(ask(withSlots(9), 'a', 4).type).toBe('full');
});

test('an applicant without another source takes the place of a child that it has cut off', () => {
  const downstream = withSlots(1);
  ask(downstream, 'polluter', 0, 5);
  const applicant = { peerId: 'viewer', stripe: 0, spare: 0, shuns: (child: string) => child === 'polluter' };
  expect(downstream.admit({ ...applicant, urgent: false }, 0)).toEqual({ type: 'full' });
  expect(downstream.admit({ ...applicant, urgent: true }, 0)).toEqual({ type: 'replaced', child: 'polluter' });
  expect([...downstream.of(0)]).toEqual(['viewer']);
});
